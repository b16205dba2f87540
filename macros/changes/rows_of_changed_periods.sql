{#
    A query: the rows of a relation in the periods that a model counts again (`meta: follows_days_of` and `period`); all of them in a full
    build. The relation has the columns workspace_id and day. BigQuery reads only the months of these periods.
#}
{% macro rows_of_changed_periods(relation) -%}
    select candidates.*
    from {{ relation }} as candidates
    {%- if is_update() %}
    {%- set period = model.config.meta.period %}
    inner join ({{ listed_changes() }}) as changed
        on
            candidates.workspace_id = changed.workspace_id
            and {{ start_of_period(period, 'candidates.day') }} = changed.{{ period }}
    where {{ in_months('candidates.day', changed_months(), data_type='date') }}
    {%- endif -%}
{%- endmacro %}
