{#
    The version of rows that were just built: this run's number, or a hash of all rows where the model compares them. A hash of another
    version of the engine may differ, and then more is built than needed.
#}
{% macro version_of_new_rows() -%}
    {%- if not model.config.meta.get('compares_rows') -%}
        {{ return('run ' ~ run_number()) }}
    {%- endif -%}
    {%- set row = run_query(hash_of_rows(this)).rows[0] -%}
    {{ return('rows ' ~ row[0] ~ ' ' ~ row[1]) }}
{%- endmacro %}
