{# A query: how many rows a relation has, and a hash of them all, in whatever order, as one text. #}
{% macro hash_of_rows(relation) %}{{ return(adapter.dispatch('hash_of_rows')(relation)) }}{% endmacro %}

{% macro duckdb__hash_of_rows(relation) -%}
    select concat(count(*), ' ', bit_xor(hash(each_row))) from {{ relation }} as each_row
{%- endmacro %}

{% macro bigquery__hash_of_rows(relation) -%}
    select concat(cast(count(*) as string), ' ', cast(bit_xor(farm_fingerprint(to_json_string(each_row))) as string))
    from {{ relation }} as each_row
{%- endmacro %}
