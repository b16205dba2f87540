{#
    The months in which an update may have replaced rows, by the model's partition (`months_of`). Where the partition is a day, they are the
    months of the days that this run recorded.
#}
{% macro months_replaced() -%}
    {%- if model.config.meta.get('follows_loads_of') -%}
        {{ return(months_looked_at()) }}
    {%- endif -%}
    {%- if not model.config.meta.get('tells_days') -%}
        {{ return(changes_of_run().months) }}
    {%- endif -%}
    {%- set recorded -%}
        select cast(day as timestamp) as created_at
        from {{ build_record('changed_days') }}
        where
            told_by = '{{ model.name }}'
            and changed_on >= date '{{ day_of_run(run_number()) }}'
            and changed_in = {{ run_number() }}
    {%- endset -%}
    {%- set asked = remembered('months of recorded days') -%}
    {%- if model.unique_id not in asked -%}
        {%- do asked.update({model.unique_id: months_of(recorded, 'created_at')}) -%}
    {%- endif -%}
    {{ return(asked[model.unique_id]) }}
{%- endmacro %}
