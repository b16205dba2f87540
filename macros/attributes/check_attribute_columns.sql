{# Before a build: checks each project variable of attribute columns against the columns of the models, which dbt knows from now on. #}
{% macro check_attribute_columns() -%}
    {%- if execute -%}
        {%- for model in ['conversation', 'contact', 'company', 'ticket'] -%}
            {%- do attribute_columns(model ~ '_attribute_columns') -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
