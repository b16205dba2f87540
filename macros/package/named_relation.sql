{#
    The relation that a project variable names; none where it names none. `[package, name]` is a model or a seed, which dbt then builds
    first. A text is a relation as SQL writes it.
#}
{% macro named_relation(variable) -%}
    {%- set named = var(variable) -%}
    {{ return(builtins['ref'](named[0], named[1]) if named and named is not string else named or none) }}
{%- endmacro %}
