{# A text of a decimal number as a 64-bit float; null for every other text, and for a number that is not finite. #}
{% macro number_from_text(text) %}{{ adapter.dispatch('number_from_text')(text) }}{% endmacro %}

{% macro duckdb__number_from_text(text) -%}
    case when {{ is_decimal_number(text) }} and isfinite(try_cast({{ text }} as double)) then try_cast({{ text }} as double) end
{%- endmacro %}

{% macro bigquery__number_from_text(text) -%}
    case
        when {{ is_decimal_number(text) }} and not is_inf(safe_cast({{ text }} as float64))
            then safe_cast({{ text }} as float64)
    end
{%- endmacro %}
