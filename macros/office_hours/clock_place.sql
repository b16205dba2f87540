{#
    Open seconds, for aggregates that take the first or last. A time before the clock of office hours sorts before all others, and a time
    after it sorts last. `open_seconds_of` makes null of both. Without such places the first known time would pass for the first time.
#}
{% macro clock_place(open_seconds, instant) -%}
    case
        when {{ open_seconds }} is not null then {{ open_seconds }}
        when cast({{ instant }} as date) < {{ office_clock_start() }} then -1
        else 9223372036854775807
    end
{%- endmacro %}
