{#
    A query for a model of retrievals (`unique_key`: workspace_id, `id_column`, fetched_at): the complete rows of a raw table that an
    update must parse. A retrieval that the model has from the same load is left out, unless another load brought it too. Loads of the
    last hours are read again (`last_load_taken_in`), and after a first sync that is the whole history.
    BigQuery stores JSON parsed, so that it would read more to gain nothing: there all rows since then are taken.
#}
{% macro rows_to_parse(table, id_column) -%}
    {{ complete_rows(table, last_load_taken_in()) }}
    {%- if is_update() %}
        and {{ loaded_since('_loaded_at', last_load_taken_in()) }}
        {{- adapter.dispatch('is_to_parse')(table, id_column) }}
    {%- endif %}
{%- endmacro %}

{% macro duckdb__is_to_parse(table, id_column) %}
        and (
            _fetched_at is null
            or (_workspace_id, id, _fetched_at) in (
                select (loaded._workspace_id, loaded.id, loaded._fetched_at)
                from ({{ complete_rows(table) }}) as loaded
                left join {{ this }} as built
                    on
                        loaded._workspace_id = built.workspace_id
                        and loaded.id = built.{{ id_column }}
                        and loaded._fetched_at = built.fetched_at
                        and loaded._loaded_at = built.loaded_at
                        and {{ is_in_months_loaded('built') }}
                where {{ loaded_since('loaded._loaded_at', last_load_taken_in()) }} and built.{{ id_column }} is null
            )
        )
{%- endmacro %}

{% macro bigquery__is_to_parse(table, id_column) %}{% endmacro %}
