{# Says why a model that has rows is built in full. #}
{% macro say_why_rebuilt() -%}
    {%- set reason = '' if should_full_refresh() else reason_to_rebuild() -%}
    {%- if reason -%}
        {%- do say(this.identifier ~ ' is built in full: ' ~ reason ~ '.') -%}
    {%- endif -%}
{%- endmacro %}
