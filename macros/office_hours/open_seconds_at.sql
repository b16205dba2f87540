{#
    An instant on the clock of office hours, which stands still while they are off, from the stretch of `office_hours` that it is
    in. Null outside the clock: before it began, and so long after the record was fetched (`known_at`) that nobody can have seen the
    instant. By the record's own time and not by the clock's end, which moves: a build in full would find seconds there later.
#}
{% macro open_seconds_at(instant, known_at) -%}
    case
        when
            cast({{ instant }} as date) >= {{ office_clock_start() }}
            and coalesce({{ secs_between(known_at, instant) }} <= {{ office_clock_days_ahead() | int * 86400 }}, true)
            then
                office_hours.open_seconds_before
                + case when office_hours.is_open then {{ secs_between('office_hours.stretch_from', instant) }} else 0 end
    end
{%- endmacro %}
