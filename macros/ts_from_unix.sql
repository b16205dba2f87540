{#
    Epoch seconds to a UTC timestamp. What does not fit 32 bits (before 1970, after 2106, milliseconds) becomes null:
    both engines would refuse the whole statement because of one nonsensical value.
#}
{% macro ts_from_unix(seconds) %}{{ adapter.dispatch('ts_from_unix')(seconds) }}{% endmacro %}

{% macro duckdb__ts_from_unix(seconds) -%}
    make_timestamp(cast(try_cast({{ seconds }} as uinteger) as bigint) * 1000000)
{%- endmacro %}

{% macro bigquery__ts_from_unix(seconds) -%}
    timestamp_seconds(if({{ seconds }} between 0 and 4294967295, {{ seconds }}, null))
{%- endmacro %}
