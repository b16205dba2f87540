{#
    A condition: a row of the staging model that is being built is in the partition of a record that was loaded. `meta: created_with` names
    the raw table of the records by whose creation the model is partitioned. Always true for a model without it.
#}
{% macro is_in_months_loaded(rows) -%}
    {%- set table = model.config.meta.get('created_with') -%}
    {%- set partition_by = model.config.get('partition_by') or {} -%}
    {{ return(in_months(rows ~ '.' ~ partition_by.get('field'), months_loaded(table)) if table else 'true') }}
{%- endmacro %}
