{# The boolean at a path, also where it is the text true or false; null when it is absent or no boolean. #}
{% macro json_bool(column, path) -%}
    case lower({{ json_str(column, path) }}) when 'true' then true when 'false' then false end
{%- endmacro %}
