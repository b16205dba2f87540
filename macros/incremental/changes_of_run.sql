{#
    How many changes of the followed model the model has to take in, and the months in which those records were created (`months_of`):
    a map of count and months. Asked once a run for all models that are equally far. A compilation without a connection takes one.
#}
{% macro changes_of_run() -%}
    {%- set taken_in = changes_taken_in() -%}
    {%- set key = 'changes of ' ~ followed_model() ~ ' since ' ~ taken_in -%}
    {%- if key not in graph -%}
        {%- set counted = 'select count(*) from (' ~ changes_since(taken_in) ~ ') as changed' -%}
        {%- set count = answer_of(counted, otherwise=1) | int if flags.INTROSPECT else 1 -%}
        {%- do graph.update({key: {
            'count': count,
            'months': months_of(changes_since(taken_in), 'created_at') if count > 0 else [],
        }}) -%}
    {%- endif -%}
    {{ return(graph[key]) }}
{%- endmacro %}
