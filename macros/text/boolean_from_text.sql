{# The text true or false, in any case, as a boolean; null for every other text. #}
{% macro boolean_from_text(text) -%}
    case lower({{ text }}) when 'true' then true when 'false' then false end
{%- endmacro %}
