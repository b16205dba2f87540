{# The months in which the conversations (or tickets) that a build has to build again were created; none in a full build. #}
{% macro changed_months(versions, own_month='conversation_created_at', record='conversation') -%}
    {%- if is_update() -%}
        {{ return(months_of(
            changed_conversations(versions, own_month=own_month, record=record), record ~ '_created_at'
        )) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
