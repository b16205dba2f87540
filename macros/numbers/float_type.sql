{# The name of the type of 64-bit floats. #}
{% macro float_type() %}{{ return(adapter.dispatch('float_type')()) }}{% endmacro %}

{% macro duckdb__float_type() %}{{ return('double') }}{% endmacro %}

{% macro bigquery__float_type() %}{{ return('float64') }}{% endmacro %}
