{# MD5 of a text, in hexadecimal. #}
{% macro md5_hex(text) %}{{ adapter.dispatch('md5_hex')(text) }}{% endmacro %}

{% macro duckdb__md5_hex(text) %}md5({{ text }}){% endmacro %}

{% macro bigquery__md5_hex(text) %}to_hex(md5({{ text }})){% endmacro %}
