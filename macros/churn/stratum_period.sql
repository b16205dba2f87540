{#
    The stretch of the calendar that a day is in, as text: `vars: churn_stratum_period` is quarter, month or none. Churn that drifts would
    otherwise go together with whatever drifts beside it.
#}
{% macro stratum_period(day) -%}
    {%- set period = var('churn_stratum_period') -%}
    {%- if execute and period not in ['quarter', 'month', 'none'] -%}
        {{ exceptions.raise_compiler_error("vars: churn_stratum_period is '" ~ period ~ "'. Set it to quarter, month or none.") }}
    {%- endif -%}
    {%- if period == 'none' -%}
        'any time'
    {%- elif period == 'month' -%}
        substr(cast({{ day }} as string), 1, 7)
    {%- else -%}
        concat(cast(extract(year from {{ day }}) as string), '-Q', cast(extract(quarter from {{ day }}) as string))
    {%- endif -%}
{%- endmacro %}
