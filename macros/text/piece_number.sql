{# The number of a piece of unnest_pieces() in its text, from 1. #}
{% macro piece_number(piece) %}{{ adapter.dispatch('piece_number')(piece) }}{% endmacro %}

{% macro duckdb__piece_number(piece) %}{{ piece }}_place{% endmacro %}

{% macro bigquery__piece_number(piece) %}({{ piece }}_place + 1){% endmacro %}
