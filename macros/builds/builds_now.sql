{# What this run has built so far: a map of the same form as `builds_before`. #}
{% macro builds_now() -%}
    {{ return(remembered('builds_now')) }}
{%- endmacro %}
