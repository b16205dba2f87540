{# The percentiles of `period_metrics`, each with the column that says of how many durations it is. #}
{% macro duration_metrics() -%}
    {%- set metrics = {} -%}
    {%- for duration, of in {'first_reply': 'first_replies', 'reply': 'replies', 'resolution': 'customer_resolutions'}.items() -%}
        {%- for percent in [50, 90] -%}
            {%- for hours in ['', 'office_'] -%}
                {%- do metrics.update({'p' ~ percent ~ '_time_to_' ~ duration ~ '_' ~ hours ~ 'seconds': of}) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(metrics) }}
{%- endmacro %}
