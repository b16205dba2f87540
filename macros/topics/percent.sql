{# A share in words: `12.5 %`; `–` of nothing. #}
{% macro percent(part, whole) -%}
    {{ return('–' if not whole else '%.1f %%' | format(100 * (part | float) / (whole | float))) }}
{%- endmacro %}
