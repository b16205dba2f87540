{# RE2: as much as fits and ends at a blank or with the line, else as much as fits. #}
{% macro cut_pattern(characters_max) %}[^\n]{1,{{ characters_max }}}(?:[ \t]|$)|[^\n]{1,{{ characters_max }}}{% endmacro %}
