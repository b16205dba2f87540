{#
    The number of the run whose changes the model's rows have after this build. It is this run's, unless a model that it reads, also through
    a view, has older rows: one that follows changes too and is not part of this run. Then the next build takes in the same changes again.
#}
{% macro changes_to_take_in() -%}
    {%- set numbers = [run_number()] -%}
    {%- for parent in followers_read(model.unique_id) if parent in builds_now() or parent not in selected_resources -%}
        {%- set built = builds_now().get(parent) or builds_before().get(parent, {}) -%}
        {%- do numbers.append((built.taken_in or 0) | int) -%}
    {%- endfor -%}
    {{ return(numbers | min) }}
{%- endmacro %}
