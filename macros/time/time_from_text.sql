{#
    A text as a UTC timestamp: seconds or milliseconds since 1970, or a date or time in ISO 8601 of the years 1000 to 2999. Null for
    every other text. A time without an offset, and a date, are UTC.
#}
{% macro time_from_text(text) %}{{ adapter.dispatch('time_from_text')(text) }}{% endmacro %}

{# A cast to a timestamp without a time zone leaves the offset out. #}
{% macro duckdb__time_from_text(text) -%}
    coalesce(
        {{ ts_from_unix(number_from_text(text)) }},
        case
            when not {{ is_iso_time(text) }} then null
            when {{ matches_pattern(text, ':.*[+-]') }}
                then try_cast({{ at_most_microseconds(text) }} as timestamptz) at time zone 'UTC'
            else try_cast({{ at_most_microseconds(text) }} as timestamp)
        end
    )
{%- endmacro %}

{% macro bigquery__time_from_text(text) -%}
    coalesce(
        {{ ts_from_unix(number_from_text(text)) }},
        case when {{ is_iso_time(text) }} then safe_cast({{ at_most_microseconds(text) }} as timestamp) end
    )
{%- endmacro %}
