{# A text in lower case without diacritics: canonical decomposition, all marks dropped, composed again. #}
{% macro without_diacritics(text) %}{{ adapter.dispatch('without_diacritics')(text) }}{% endmacro %}

{% macro duckdb__without_diacritics(text) %}strip_accents(lower({{ text }})){% endmacro %}

{% macro bigquery__without_diacritics(text) -%}
    normalize(regexp_replace(normalize(lower({{ text }}), nfd), r'\pM', ''), nfc)
{%- endmacro %}
