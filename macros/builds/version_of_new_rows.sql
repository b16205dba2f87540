{#
    The version of rows that were just built: this run's number, or a hash of all rows where the model compares them. A hash of another
    version of the engine may differ, and then more is built than needed.
#}
{% macro version_of_new_rows() -%}
    {%- if not model.config.meta.get('compares_rows') -%}
        {{ return('run ' ~ run_number()) }}
    {%- endif -%}
    {{ return('rows ' ~ answer_of(hash_of_rows(this), otherwise=run_number())) }}
{%- endmacro %}
