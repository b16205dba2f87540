{# How many rows of loads are not in any raw table any more (`raw_versions`): another number after a purge. #}
{% macro all_rows_missing() -%}
    {{ return(raw_versions().values() | map(attribute='rows_missing') | sum) }}
{%- endmacro %}
