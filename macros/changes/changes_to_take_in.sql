{#
    The number of the run whose changes the model's rows have after this build. It is this run's, unless a model that it reads, also through
    a view, has older rows: one that follows changes too and is not part of this run. Where days are followed, it is any model that this run did
    not select. Then the next build takes in the same changes again.
#}
{% macro changes_to_take_in() -%}
    {%- set numbers = [run_number()] -%}
    {%- if model.config.meta.get('follows_days_of') -%}
        {%- for parent in graph.nodes[model.unique_id].depends_on.nodes if parent in graph.nodes and parent not in selected_resources -%}
            {%- do numbers.append((builds_before().get(model.unique_id, {}).get('taken_in') or 0) | int) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for parent in followers_read(model.unique_id) if parent in builds_now() or parent not in selected_resources -%}
            {%- set built = builds_now().get(parent) or builds_before().get(parent, {}) -%}
            {%- do numbers.append((built.taken_in or 0) | int) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(numbers | min) }}
{%- endmacro %}
