{#
    A query: the periods of a model (`meta: period`; the model's column of their first days has the same name) in which a day changed.
    Columns: workspace_id and the period. `with_rebuilds`: as `changed_days`.
#}
{% macro changed_periods(with_rebuilds=false) -%}
    {%- set period = model.config.meta.period -%}
    select distinct
        workspace_id,
        {{ start_of_period(period, 'day') }} as {{ period }},
    from ({{ changed_days(with_rebuilds) }}) as changed_days
{%- endmacro %}
