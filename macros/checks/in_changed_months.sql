{#
    A condition for a test: a row is in one of the partitions that this run has changed in the test's model. True where more is new, and where
    the test did not pass, or was not asked, when the model was built before. A view says whose rows it
    has (`meta: rows_of`), and these are partitioned. Comments mark the condition, because it is no part of what the
    test asks (`model_inputs`).
#}
{% macro in_changed_months() -%}
    {%- set months = none -%}
    {%- if execute -%}
        {%- set id = model.attached_node -%}
        {%- set stored = graph.nodes[id].config.meta.get('rows_of') -%}
        {%- set stored_id = 'model.intercom_warehouse.' ~ stored if stored else id -%}
        {%- set partition = graph.nodes[stored_id].config.get('partition_by') -%}
        {%- set asked = builds_before().get(model.unique_id, {}).get('rows_version') -%}
        {%- if partition and asked and asked == builds_before().get(id, {}).get('rows_version') -%}
            {%- set months = builds_now().get(stored_id, {}).get('months') -%}
        {%- endif -%}
    {%- endif -%}
    /* months */ {{ in_months(partition.field, months, partition.data_type) if months is not none else 'true' }} /* months */
{%- endmacro %}
