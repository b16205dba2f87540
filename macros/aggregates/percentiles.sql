{#
    Four columns: the 50th and the 90th percentile of a duration, in calendar seconds and in seconds of office hours. `duration` is the
    start of the input columns (`<duration>_seconds`, `<duration>_office_seconds`); `name` is the start of the output columns.
#}
{% macro percentiles(duration, name) -%}
    {%- for percent in [50, 90] %}
        {%- for hours in ['', '_office'] %}
            {{ percentile(duration ~ hours ~ '_seconds', percent) }} as p{{ percent }}_{{ name }}{{ hours }}_seconds,
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}
