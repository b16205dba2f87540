{#
    The months of the conversations that phrases are counted in, as `in_months` takes them. BigQuery reads no other partitions. A day
    of a time zone may be in the month before or after.
#}
{% macro phrase_months() -%}
    {{ return(months_until(ref('int_phrase_windows'), 'until_on', (var('phrase_window_days') | int) + 1, days_after=1)) }}
{%- endmacro %}
