{# The names of the figures that the first step of `period_metrics` counts, in its order. `only`: the counts that are wanted. #}
{% macro period_figures(only=none) -%}
    {%- set names = [] -%}
    {%- for name in period_counts() if only is none or name in only -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {%- if only is none -%}
        {%- do names.append('average_cx_score') -%}
    {%- endif -%}
    {%- for event in ['first_reply', 'reply', 'resolution'] -%}
        {%- for percent in [50, 90] -%}
            {%- for hours in ['', 'office_'] -%}
                {%- do names.append('p' ~ percent ~ '_time_to_' ~ event ~ '_' ~ hours ~ 'seconds') -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
