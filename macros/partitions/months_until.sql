{#
    The months of so many days until a date, and of `days_after` it, as `in_months` takes them (`months_of`). The date, `until_on`, is an expression on a small
    relation, which may have several rows. None where the relation is not there yet: then all months are read.
#}
{% macro months_until(relation, until_on, days, days_after=0) -%}
    {%- if not execute or relation.schema is none or (flags.INTROSPECT and load_relation(relation) is none) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set offsets = [days_after, -days] -%}
    {#- Every month has a day among any 28. -#}
    {%- for offset in range(-days, days_after, 28) -%}
        {%- do offsets.append(offset) -%}
    {%- endfor -%}
    {%- set selects = [] -%}
    {%- for offset in offsets | unique -%}
        {%- do selects.append('select cast(' ~ add_days('until_on', offset) ~ ' as timestamp) as day_at from dates') -%}
    {%- endfor -%}
    {{ return(months_of(
        'with dates as (select ' ~ until_on ~ ' as until_on from ' ~ relation ~ ') ' ~ selects | join(' union all '), 'day_at'
    )) }}
{%- endmacro %}
