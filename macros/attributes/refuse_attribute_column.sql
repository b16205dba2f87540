{# Stops dbt for an entry of a project variable; `place` is none when the variable as a whole is wrong. #}
{% macro refuse_attribute_column(variable, place, problem, next_step) -%}
    {{ exceptions.raise_compiler_error('vars: ' ~ variable ~ (', ' ~ place if place else '') ~ ': ' ~ problem ~ '. ' ~ next_step ~ '.') }}
{%- endmacro %}
