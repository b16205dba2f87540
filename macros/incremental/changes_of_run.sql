{#
    How many changes of the followed model (or changed periods) the model has to take in, and the months to read for them (`months_of`): those
    in which the records were created, or of the periods. A map of count and months. Asked once a run for all models that are equally far.
    A compilation without a connection takes one.
#}
{% macro changes_of_run() -%}
    {%- set taken_in = changes_taken_in() -%}
    {%- set period = model.config.meta.get('period') -%}
    {%- set key = 'changes of ' ~ (followed_model() or period ~ 's of ' ~ model.config.meta.follows_days_of | join(', ')) ~ ' since ' ~ taken_in -%}
    {%- if key not in graph -%}
        {%- set changes = changes_since(taken_in) if followed_model() else changed_periods() -%}
        {%- set times -%}
            {%- if followed_model() -%}
                {{ changes }}
            {%- else -%}
                select cast({{ period }} as timestamp) as created_at from ({{ changes }}) as changed_periods
                {%- if period == 'week' %}
                union all
                select cast({{ add_days("least(week, date '9999-11-01')", 6) }} as timestamp) as created_at
                from ({{ changes }}) as changed_periods
                {%- endif -%}
            {%- endif -%}
        {%- endset -%}
        {%- set count = answer_of('select count(*) from (' ~ changes ~ ') as changed', otherwise=1) | int if flags.INTROSPECT else 1 -%}
        {%- do graph.update({key: {'count': count, 'months': months_of(times, 'created_at') if count > 0 else []}}) -%}
    {%- endif -%}
    {{ return(graph[key]) }}
{%- endmacro %}
