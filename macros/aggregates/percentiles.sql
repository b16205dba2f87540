{#
    Four columns: the 50th and the 90th percentile of a duration, on the calendar's clock and on that of office hours. `duration` names
    its columns (`<duration>_seconds`, `<duration>_office_seconds`), `name` what they are called here.
#}
{% macro percentiles(duration, name) -%}
    {%- for percent in [50, 90] %}
        {%- for hours in ['', '_office'] %}
            {{ percentile(duration ~ hours ~ '_seconds', percent) }} as p{{ percent }}_{{ name }}{{ hours }}_seconds,
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}
