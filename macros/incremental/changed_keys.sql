{#
    What an update replaces: a map of `columns` (the columns that name whose rows go), `query` (their values), and the months in which rows
    may go (`months`).
#}
{% macro changed_keys() -%}
    {%- if followed_model() -%}
        {{ return({
            'columns': ['workspace_id', record_of(followed_model()) ~ '_id'],
            'query': changes_since(changes_taken_in()),
            'months': changes_of_run().months,
        }) }}
    {%- endif -%}
    {{ return({
        'columns': ['workspace_id', model.config.meta.period],
        'query': changed_periods(),
        'months': changes_of_run().months,
    }) }}
{%- endmacro %}
