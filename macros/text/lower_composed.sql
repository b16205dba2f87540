{# A text in lower case, with letters and their accents composed where Unicode has one character for both. #}
{% macro lower_composed(text) %}{{ adapter.dispatch('lower_composed')(text) }}{% endmacro %}

{% macro duckdb__lower_composed(text) %}nfc_normalize(lower({{ text }})){% endmacro %}

{% macro bigquery__lower_composed(text) %}normalize(lower({{ text }}), nfc){% endmacro %}
