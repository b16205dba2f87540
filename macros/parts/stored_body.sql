{#- The plain text of a message; null where there is none, or where `BODY_MODE=none` kept it from being stored. -#}
{% macro stored_body(body_text) -%}
    nullif(nullif({{ body_text }}, ''), {{ body_not_stored() }})
{%- endmacro %}
