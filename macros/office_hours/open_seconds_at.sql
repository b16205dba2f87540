{#
    An instant on the clock of office hours, which stands still outside office hours. `stretch` is the alias of the row of
    `int_office_hours` that the instant is in.
    Null outside the clock: before the clock's first day, and more than `office_clock_days_ahead` days after the record was fetched
    (`known_at`). Such an instant is certainly wrong. The rule uses the record's own time, because the clock's end moves and a later full
    build would find seconds there.
#}
{% macro open_seconds_at(stretch, instant, known_at) -%}
    case
        when
            cast({{ instant }} as date) >= {{ office_clock_start() }}
            and coalesce({{ secs_between(known_at, instant) }} <= {{ office_clock_days_ahead() | int * 86400 }}, true)
            then
                {{ stretch }}.open_seconds_before
                + case when {{ stretch }}.is_open then {{ secs_between(stretch ~ '.stretch_from', instant) }} else 0 end
    end
{%- endmacro %}
