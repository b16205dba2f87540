{#
    The address of a conversation in Intercom, by the pattern `vars: conversation_url`. The placeholders are {workspace_id} and
    {conversation_id}; the arguments are the columns for them.
#}
{% macro conversation_url(workspace_id, conversation_id) -%}
    {%- set columns = {'workspace_id': workspace_id, 'conversation_id': conversation_id} -%}
    {%- set pieces = [] -%}
    {%- for piece in var('conversation_url').split('{') -%}
        {%- set name, closing, rest = piece.partition('}') -%}
        {%- if loop.first or not closing or name not in columns -%}
            {%- do pieces.append(text_literal(piece if loop.first else '{' ~ piece)) -%}
        {%- else -%}
            {%- do pieces.append(columns[name]) -%}
            {%- do pieces.append(text_literal(rest)) -%}
        {%- endif -%}
    {%- endfor -%}
    concat({{ pieces | join(', ') }})
{%- endmacro %}
