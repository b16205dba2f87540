{#
    The months in which the conversations (or tickets) that a build has to build again were created; none in a full build. The arguments are
    those of `changed_conversations`.
#}
{% macro changed_months(versions, own_month='conversation_created_at', record='conversation', has_rows='false') -%}
    {%- if is_update() -%}
        {{ return(months_of(
            changed_conversations(versions, own_month=own_month, record=record, has_rows=has_rows), record ~ '_created_at'
        )) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
