{#
    The version of rows that were just built: this run's number, or a hash of all rows where the model compares them. A hash of another
    version of the engine may differ, and then more is built than needed. Where rows are settled (`meta: settled_by`), the version also names
    the day until which they are.
#}
{% macro version_of_new_rows() -%}
    {%- if model.config.meta.get('settled_by') -%}
        {{ return('run ' ~ run_number() ~ ' ' ~ rows_version('model.intercom_warehouse.' ~ model.config.meta.settled_by.model)) }}
    {%- elif not model.config.meta.get('compares_rows') -%}
        {{ return('run ' ~ run_number()) }}
    {%- endif -%}
    {{ return('rows ' ~ answer_of(hash_of_rows(this), otherwise=run_number())) }}
{%- endmacro %}
