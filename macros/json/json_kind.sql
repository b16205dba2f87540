{# What a JSON value is: string, number, boolean, object, array or null. #}
{% macro json_kind(value) %}{{ adapter.dispatch('json_kind')(value) }}{% endmacro %}

{% macro duckdb__json_kind(value) -%}
    case json_type({{ value }})
        when 'VARCHAR' then 'string'
        when 'BOOLEAN' then 'boolean'
        when 'OBJECT' then 'object'
        when 'ARRAY' then 'array'
        when 'NULL' then 'null'
        when null then null
        else 'number'
    end
{%- endmacro %}

{% macro bigquery__json_kind(value) %}json_type({{ value }}){% endmacro %}
