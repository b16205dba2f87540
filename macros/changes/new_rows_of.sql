{#
    The relation to read for the rows of the changed records of a model: the table of its new rows where this run keeps one that was made for the
    same changes (`keeps_new_rows`), else the model itself.
#}
{% macro new_rows_of(relation) -%}
    {%- if is_update() -%}
        {%- set kept = remembered('new_rows').get(relation.schema ~ '.' ~ relation.identifier) -%}
        {%- if kept and kept.made_for == changes_key() -%}
            {{ return(kept.relation) }}
        {%- endif -%}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}
