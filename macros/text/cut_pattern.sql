{# RE2: the longest piece that fits and ends at a blank or with the line, else the longest piece that fits. #}
{% macro cut_pattern(characters_max) %}[^\n]{1,{{ characters_max }}}(?:[ \t]|$)|[^\n]{1,{{ characters_max }}}{% endmacro %}
