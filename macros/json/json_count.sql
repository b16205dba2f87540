{#
    The count or the whole seconds at a path, also where it is a text of digits. Null when it is absent, no number, negative, or beyond
    32 bits (68 years, or two billion). Sums of such numbers would not fit 64 bits and would stop the build.
#}
{% macro json_count(column, path) %}{{ adapter.dispatch('json_count')(column, path) }}{% endmacro %}

{% macro duckdb__json_count(column, path) %}cast(nullif(greatest(try_cast({{ json_text_at(column, path) }} as integer), -1), -1) as bigint){% endmacro %}

{% macro bigquery__json_count(column, path) -%}
    {%- set number = json_int(column, path) -%}
    case when {{ number }} between 0 and 2147483647 then {{ number }} end
{%- endmacro %}
