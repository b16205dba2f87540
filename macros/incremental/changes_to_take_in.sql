{#
    The number of the run whose changes the model's rows have after this build. It is this run's, unless a model that it reads has older
    rows: one that follows the same changes and was not built in this run, or, where days are followed, any that this run did not select.
    Then the next build takes in the same changes again.
#}
{% macro changes_to_take_in() -%}
    {%- set numbers = [run_number()] -%}
    {%- for parent in graph.nodes[model.unique_id].depends_on.nodes if parent in graph.nodes -%}
        {%- if model.config.meta.get('follows_days_of') -%}
            {%- if parent not in selected_resources -%}
                {%- do numbers.append((builds_before().get(model.unique_id, {}).get('taken_in') or 0) | int) -%}
            {%- endif -%}
        {%- elif graph.nodes[parent].config.meta.get('follows') == followed_model() -%}
            {%- set built = builds_now().get(parent) or builds_before().get(parent, {}) -%}
            {%- do numbers.append((built.taken_in or 0) | int) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(numbers | min) }}
{%- endmacro %}
