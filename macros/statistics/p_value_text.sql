{# A p-value in a sentence: = 0.034, or "< 0.001". #}
{% macro p_value_text(p_value) %}case when {{ p_value }} < 0.001 then '< 0.001' else concat('= ', {{ number_text(p_value, 3) }}) end{% endmacro %}
