{#
    The name-based UUID (version 5, RFC 9562) of a text, in this project's own namespace. The same name has the same UUID on each engine,
    in each build and in each warehouse.
#}
{% macro uuid_v5(name) -%}
    {%- set digest = sha1_hex('7d0c1c4e9f1b5c5f8a3e2b6d4f907a15', name) -%}
    concat(
        substr({{ digest }}, 1, 8), '-',
        substr({{ digest }}, 9, 4), '-5',
        substr({{ digest }}, 14, 3), '-',
        translate(substr({{ digest }}, 17, 1), '0123456789abcdef', '89ab89ab89ab89ab'),
        substr({{ digest }}, 18, 3), '-',
        substr({{ digest }}, 21, 12)
    )
{%- endmacro %}
