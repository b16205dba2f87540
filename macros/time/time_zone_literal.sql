{#
    A time zone that a project variable names, as a literal. Errors: an unknown name, with the name of the variable. dbt checks the name
    while it compiles: one engine would stop in each model, the other in none.
#}
{% macro time_zone_literal(variable, name) -%}
    {%- set zone = rails_time_zones().get(name | string | trim | lower, name | string | trim) -%}
    {%- if zone not in modules.pytz.all_timezones_set -%}
        {{ exceptions.raise_compiler_error(
            "vars: " ~ variable ~ " is '" ~ name ~ "', which is no time zone. Give a name as IANA writes it, such as Europe/Berlin or UTC."
        ) }}
    {%- endif -%}
    '{{ zone }}'
{%- endmacro %}
