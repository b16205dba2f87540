{# A text around the first place of another in it: up to so many characters before and after. #}
{% macro near_words(words, needle, characters_max) -%}
    {%- set place = 'strpos(' ~ words ~ ', ' ~ needle ~ ')' -%}
    {%- set first = 'greatest(1, ' ~ place ~ ' - (' ~ characters_max ~ '))' -%}
    substr({{ words }}, {{ first }}, {{ place }} + length({{ needle }}) + ({{ characters_max }}) - {{ first }})
{%- endmacro %}
