{#
    A query: the periods of a model (`meta: period`; the model's column of their first days has the same name) in which a day changed.
    Columns: workspace_id and the period.
#}
{% macro changed_periods() -%}
    {%- set period = model.config.meta.period -%}
    select distinct
        workspace_id,
        {{ start_of_period(period, 'day') }} as {{ period }},
    from ({{ changed_days() }}) as changed_days
{%- endmacro %}
