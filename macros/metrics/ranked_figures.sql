{# The columns of conversations of which `group_metrics` has percentiles, for `with_ranks`. #}
{% macro ranked_figures() -%}
    {%- set names = ['count_reopens', 'count_assignments'] -%}
    {%- for duration in ['time_to_first_reply', 'time_to_last_close_after_customer', 'time_to_resolution_after_customer'] -%}
        {%- do names.extend([duration ~ '_seconds', duration ~ '_office_seconds']) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
