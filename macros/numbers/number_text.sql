{# A number as text with so many digits after the point, thousands apart by commas when there are none: 1.80, 12,345. #}
{% macro number_text(number, digits) %}{{ adapter.dispatch('number_text')(number, digits) }}{% endmacro %}

{% macro duckdb__number_text(number, digits) -%}
    {%- if digits == 0 -%}
        format('{:,}', cast(round({{ number }}) as bigint))
    {%- else -%}
        printf('%.{{ digits }}f', {{ as_float(number) }})
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__number_text(number, digits) -%}
    {%- if digits == 0 -%}
        format("%'d", cast(round({{ number }}) as int64))
    {%- else -%}
        format('%.{{ digits }}f', {{ as_float(number) }})
    {%- endif -%}
{%- endmacro %}
