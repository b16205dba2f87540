{# The months in which the conversations (or tickets) that a build has to build again were created; none in a full build. #}
{% macro changed_months() -%}
    {{ return(changes_of_run().months if is_update() and not is_unchanged() else none) }}
{%- endmacro %}
