{#
    A number of seconds or milliseconds since 1970 as a UTC timestamp of whole seconds. Milliseconds are recognized by their size: as
    seconds they would lie beyond the year 9999. Null when the number is a time in neither unit (negative, microseconds), because both
    engines would refuse the whole statement for one such value. The loader reads times by the same rule.
#}
{% macro ts_from_unix(number) %}{{ adapter.dispatch('ts_from_unix')(number) }}{% endmacro %}

{# The list of one element makes the engine read the number from its JSON once. #}
{% macro duckdb__ts_from_unix(number) -%}
    list_transform(
        [{{ number }}],
        lambda epoch: make_timestamp(cast(floor(case
            when epoch between 0 and {{ epoch_seconds_max() }} then epoch
            when epoch > {{ epoch_seconds_max() }} and epoch < ({{ epoch_seconds_max() }} + 1) * 1000 then epoch / 1000
        end) as bigint) * 1000000)
    )[1]
{%- endmacro %}

{% macro bigquery__ts_from_unix(number) -%}
    timestamp_seconds(cast(floor(case
        when {{ number }} between 0 and {{ epoch_seconds_max() }} then {{ number }}
        when {{ number }} > {{ epoch_seconds_max() }} and {{ number }} < ({{ epoch_seconds_max() }} + 1) * 1000
            then {{ number }} / 1000
    end) as int64))
{%- endmacro %}
