{#
    The relation that a project variable names (`named_relation`), else the seed. Beside a text the seed is referred to as well: dbt then builds
    it first, and unit tests know its columns. Beside `[package, name]` it is not, so that it may be switched off.
#}
{% macro seed_or_named(seed, variable) -%}
    {%- set held = ref(seed) if var(variable) is string or not var(variable) else none -%}
    {{ return(named_relation(variable) or held) }}
{%- endmacro %}
