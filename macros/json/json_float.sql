{# The number at a path as a 64-bit float, also where it is a text; null when it is absent, no number, or none that is finite. #}
{% macro json_float(column, path) %}{{ adapter.dispatch('json_float')(column, path) }}{% endmacro %}

{% macro duckdb__json_float(column, path) -%}
    {%- set number -%}try_cast({{ json_text_at(column, path) }} as double){%- endset -%}
    case when isfinite({{ number }}) then {{ number }} end
{%- endmacro %}

{% macro bigquery__json_float(column, path) -%}
    {%- set number -%}safe_cast(json_value({{ column }}, '{{ path }}') as float64){%- endset -%}
    case when not is_nan({{ number }}) and not is_inf({{ number }}) then {{ number }} end
{%- endmacro %}
