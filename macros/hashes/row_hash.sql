{# MD5, in hexadecimal, of all columns of a row, by the alias of its relation. The hash changes when the content does. #}
{% macro row_hash(row) %}{{ adapter.dispatch('row_hash')(row) }}{% endmacro %}

{% macro duckdb__row_hash(row) %}md5(cast(to_json({{ row }}) as varchar)){% endmacro %}

{% macro bigquery__row_hash(row) %}to_hex(md5(to_json_string({{ row }}))){% endmacro %}
