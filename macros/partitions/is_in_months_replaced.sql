{# A condition: a row of the model that is being built is in a partition that the update may change (`months_replaced`). #}
{% macro is_in_months_replaced(rows) -%}
    {%- set partition_by = model.config.get('partition_by') -%}
    {{ return(in_months(rows ~ '.' ~ partition_by.field, months_replaced(), partition_by.data_type) if partition_by else 'true') }}
{%- endmacro %}
