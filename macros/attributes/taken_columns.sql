{#
    The columns, by model, that the models have without the project variable and that an entry of it must not name again. Empty while dbt
    parses the project, because it does not know the columns before.
#}
{% macro taken_columns(variable, entry) -%}
    {%- set taken = [] -%}
    {%- if execute -%}
        {#- Marts come first, because an error names the first. -#}
        {%- for node in our_nodes('model') | sort(attribute='access', reverse=true) -%}
            {%- set is_grouped = entry.get('group_support_daily', false) and node.config.meta.get('attribute_groups_of') == variable -%}
            {%- if node.config.meta.get('attribute_columns_of') == variable or is_grouped -%}
                {%- for column in node.columns -%}
                    {%- do taken.append({'model': node.name, 'column': column}) -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(taken) }}
{%- endmacro %}
