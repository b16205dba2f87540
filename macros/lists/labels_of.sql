{# An array of texts in which each of the `ids` gives way to the label at the same place of `labels`, unless that is empty. #}
{% macro labels_of(texts, ids, labels) %}{{ adapter.dispatch('labels_of')(texts, ids, labels) }}{% endmacro %}

{% macro duckdb__labels_of(texts, ids, labels) -%}
    list_transform({{ texts }}, lambda listed: coalesce(nullif({{ labels }}[list_position({{ ids }}, listed)], ''), listed))
{%- endmacro %}

{% macro bigquery__labels_of(texts, ids, labels) -%}
    array(
        select coalesce(
            nullif({{ labels }}[safe_offset((
                select min(id_offset)
                from unnest({{ ids }}) as id with offset as id_offset
                where id = listed
            ))], ''),
            listed
        )
        from unnest({{ texts }}) as listed with offset as listed_offset
        order by listed_offset
    )
{%- endmacro %}
