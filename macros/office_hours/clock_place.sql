{#
    Open seconds to take the first or the last of: what lies before the clock of office hours comes before all that is on it, and what
    lies after it comes last. `open_seconds_of` makes null of both. Without them the first known would pass for the first.
#}
{% macro clock_place(open_seconds, instant) -%}
    case
        when {{ open_seconds }} is not null then {{ open_seconds }}
        when cast({{ instant }} as date) < {{ office_clock_start() }} then -1
        else 9223372036854775807
    end
{%- endmacro %}
