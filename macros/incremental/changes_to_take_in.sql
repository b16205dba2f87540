{#
    The number of the run whose changes the model's rows have after this build. It is this run's, unless a model that it reads has
    older rows: one that follows the same changes and was not built in this run. Then the next build takes in the same changes again.
#}
{% macro changes_to_take_in() -%}
    {%- set numbers = [run_number()] -%}
    {%- for parent in graph.nodes[model.unique_id].depends_on.nodes
        if graph.nodes.get(parent, {}).get('config', {}).get('meta', {}).get('follows') == followed_model() -%}
        {%- set built = builds_now().get(parent) or builds_before().get(parent, {}) -%}
        {%- do numbers.append((built.taken_in or 0) | int) -%}
    {%- endfor -%}
    {{ return(numbers | min) }}
{%- endmacro %}
