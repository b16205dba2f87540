{# A name that a macro of ours has too. #}
{% macro count_if(condition) %}{{ exceptions.raise_compiler_error('count_if is a macro of acme') }}{% endmacro %}

{% macro is_update() %}{{ exceptions.raise_compiler_error('is_update is a macro of acme') }}{% endmacro %}
