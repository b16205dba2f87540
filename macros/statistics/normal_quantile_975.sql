{# The normal distribution's 97.5 % quantile: half of a 95 % interval, in standard errors. #}
{% macro normal_quantile_975() %}1.959963984540054{% endmacro %}
