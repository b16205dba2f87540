{# Whether a text is a decimal number. The casts of the two engines also take blanks, underscores, hexadecimal digits or nan. #}
{% macro is_decimal_number(text) -%}
    {{ matches_pattern(text, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$') }}
{%- endmacro %}
