{# SHA-1, in hexadecimal, of some bytes (given in hexadecimal) and a text behind them (as UTF-8). #}
{% macro sha1_hex(bytes_before, text) %}{{ adapter.dispatch('sha1_hex')(bytes_before, text) }}{% endmacro %}

{% macro duckdb__sha1_hex(bytes_before, text) %}sha1(unhex('{{ bytes_before }}') || encode({{ text }})){% endmacro %}

{% macro bigquery__sha1_hex(bytes_before, text) -%}
    to_hex(sha1(concat(from_hex('{{ bytes_before }}'), cast({{ text }} as bytes))))
{%- endmacro %}
