{# Before a build: checks each project variable of attribute columns against the columns of the models, which dbt knows from now on. #}
{% macro check_attribute_columns() -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.meta.get('attribute_columns_of') -%}
            {%- do attribute_columns(node.config.meta.attribute_columns_of) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
