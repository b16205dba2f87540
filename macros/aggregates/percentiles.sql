{#
    Four columns: the 50th and the 90th percentile of a duration, in calendar seconds and in seconds of office hours. `duration` is the
    start of the input columns (`<duration>_seconds`, `<duration>_office_seconds`); `name` is the start of the output columns;
    `only_when` a condition on the rows that count.
#}
{% macro percentiles(duration, name, only_when=none) -%}
    {%- for percent in [50, 90] %}
        {%- for hours in ['', '_office'] %}
            {%- set seconds = duration ~ hours ~ '_seconds' %}
            {%- set counted = 'case when ' ~ only_when ~ ' then ' ~ seconds ~ ' end' if only_when else seconds %}
            {{ percentile(counted, percent) }} as p{{ percent }}_{{ name }}{{ hours }}_seconds,
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}
