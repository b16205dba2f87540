{#
    An instant on the clock of office hours, which stands still while they are off, from the stretch of `office_hours` that it is
    in; 0 for a nonsensical one before the clock began.
#}
{% macro open_seconds_at(instant) -%}
    coalesce(
        office_hours.open_seconds_before
        + case when office_hours.is_open then {{ secs_between('office_hours.stretch_from', instant) }} else 0 end,
        case when cast({{ instant }} as date) < {{ office_clock_start() }} then 0 end
    )
{%- endmacro %}
