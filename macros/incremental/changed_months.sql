{# The months in which the conversations that are to be built anew were created; none when everything is. #}
{% macro changed_months(versions, own_month='conversation_created_at') -%}
    {%- if is_update() -%}
        {{ return(months_of(changed_conversations(versions, own_month=own_month), 'conversation_created_at')) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
