{#
    Two columns: the time from one instant to a later one, on the calendar's clock (`<name>_seconds`) and on the clock of office hours
    (`<name>_office_seconds`). Both are null where one instant is unknown, and where the first does not come before the second.
    `from` and `to` name the instants' columns, `<from>_at` and `<from>_open_seconds`.
#}
{% macro time_between(from, to, name) -%}
    {%- set is_in_order = from ~ '_at <= ' ~ to ~ '_at' -%}
    case when {{ is_in_order }} then {{ secs_between(from ~ '_at', to ~ '_at') }} end as {{ name }}_seconds,
    case when {{ is_in_order }} then {{ to }}_open_seconds - {{ from }}_open_seconds end as {{ name }}_office_seconds,
{%- endmacro %}
