{#
    The time zone that a name stands for, as the engine knows it; null for an unknown name, because time functions would stop the
    build. Both IANA names and Rails names are understood, Rails names in any case.
#}
{% macro time_zone_of(name) -%}
    {%- set cases = [] -%}
    {%- for rails_name, iana_name in rails_time_zones().items() -%}
        {%- do cases.append('when ' ~ text_literal(rails_name) ~ ' then ' ~ text_literal(iana_name)) -%}
    {%- endfor -%}
    {%- set iana_name = 'case lower(' ~ trimmed(name) ~ ') ' ~ cases | join(' ') ~ ' else ' ~ trimmed(name) ~ ' end' -%}
    {{ adapter.dispatch('time_zone_of')(iana_name) }}
{%- endmacro %}

{# DuckDB's try() does not catch the errors of time zone functions. #}
{% macro duckdb__time_zone_of(name) -%}
    case when lower({{ name }}) in (select lower(zones.name) from pg_timezone_names() as zones) then {{ name }} end
{%- endmacro %}

{% macro bigquery__time_zone_of(name) -%}
    if(safe.datetime(timestamp '2010-01-01 00:00:00+00', {{ name }}) is null, null, {{ name }})
{%- endmacro %}
