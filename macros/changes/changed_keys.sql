{# What an update replaces: a map of `columns` (the columns that name whose rows go) and `query` (their values). #}
{% macro changed_keys() -%}
    {%- if model.config.meta.get('follows_loads_of') -%}
        {{ return({
            'columns': ['workspace_id', model.config.meta.follows_loads_of.rstrip('s') ~ '_id'],
            'query': looked_at(),
        }) }}
    {%- endif -%}
    {{ return({
        'columns': ['workspace_id', record_of(followed_model()) ~ '_id' if followed_model() else model.config.meta.period],
        'query': listed_changes(),
    }) }}
{%- endmacro %}
