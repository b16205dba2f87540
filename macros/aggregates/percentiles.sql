{#
    Four columns: the 50th and the 90th percentile of a duration, in calendar seconds and in seconds of office hours. `duration` is the
    start of the input columns (`<duration>_seconds`, `<duration>_office_seconds`); `name` is the start of the output columns.
    `only_when` is a condition on the rows that count, and `of` their alias. With `is_ranked`, the rows come from `with_ranks`.
#}
{% macro percentiles(duration, name, only_when='true', of=none, is_ranked=false) -%}
    {%- for percent in [50, 90] %}
        {%- for hours in ['', '_office'] %}
            {%- set seconds = duration ~ hours ~ '_seconds' %}
            {%- set counted = 'case when ' ~ only_when ~ ' then ' ~ (of ~ '.' if of else '') ~ seconds ~ ' end' %}
            {{ ranked_percentile(seconds, percent, only_when, of) if is_ranked else percentile(counted, percent) }}
                as p{{ percent }}_{{ name }}{{ hours }}_seconds,
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}
