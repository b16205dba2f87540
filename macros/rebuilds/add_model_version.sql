{# A statement that adds a row to `model_versions` for the model that is being built. Null logic: nothing is known of its rows. #}
{% macro add_model_version(logic, columns) -%}
    insert into {{ model_versions() }} (model_name, logic, column_names, recorded_at)
    values (
        '{{ this.identifier }}',
        {{ "'" ~ logic ~ "'" if logic else 'null' }},
        {{ "'" ~ columns ~ "'" if columns else 'null' }},
        current_timestamp
    )
{%- endmacro %}
