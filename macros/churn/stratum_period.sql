{#
    The stretch of the calendar that a day is in, as text: `vars: churn_stratum_period` is quarter, month or none. Churn that drifts would
    otherwise go together with whatever drifts beside it.
#}
{% macro stratum_period(day) -%}
    {%- set period = var('churn_stratum_period') -%}
    {%- if period == 'none' -%}
        'any time'
    {%- elif period in ['quarter', 'month'] -%}
        concat(
            cast(extract(year from {{ day }}) as string), '-{{ 'Q' if period == 'quarter' else '' }}', cast(extract({{ period }} from {{ day }}) as string)
        )
    {%- else -%}
        {{ exceptions.raise_compiler_error("vars: churn_stratum_period is '" ~ period ~ "'. Set it to quarter, month or none.") }}
    {%- endif -%}
{%- endmacro %}
