{# The months in which the conversations that a build has to build again were created; none in a full build. #}
{% macro changed_months(versions, own_month='conversation_created_at') -%}
    {%- if is_update() -%}
        {{ return(months_of(changed_conversations(versions, own_month=own_month), 'conversation_created_at')) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
