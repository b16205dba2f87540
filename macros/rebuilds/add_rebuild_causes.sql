{#
    Adds to a map what all rows of a model that follows changes depend on, besides the record that each row is of: `meta` names models
    (`rebuilt_with`) and values of project variables (`settings`). Where one of them changes, the model is built in full. So are its own
    followers, because no change of a record tells of this. Parents that are views or follow changes themselves are looked through.
#}
{% macro add_rebuild_causes(unique_id, causes) -%}
    {%- set node = graph.nodes[unique_id] -%}
    {%- for name in node.config.meta.get('rebuilt_with', []) -%}
        {%- set other = 'model.intercom_warehouse.' ~ name -%}
        {%- do causes.update({other: rows_version(other)}) -%}
    {%- endfor -%}
    {%- if node.config.meta.get('settings') is not none -%}
        {%- do causes.update({unique_id: tojson(node.config.meta.settings)}) -%}
    {%- endif -%}
    {%- for parent in followers_read(unique_id) -%}
        {%- do add_rebuild_causes(parent, causes) -%}
    {%- endfor -%}
{%- endmacro %}
