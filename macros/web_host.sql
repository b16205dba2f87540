{#
    The host of a web address, in lower case and without `www.`; null when the text is none. `https://www.example.com/en`
    and `example.com` both give example.com.
#}
{% macro web_host(address) %}{{ adapter.dispatch('web_host')(address) }}{% endmacro %}

{% macro duckdb__web_host(address) -%}
    nullif(regexp_extract(lower({{ address }}), '^(?:https?://)?(?:www[.])?([a-z0-9-]+(?:[.][a-z0-9-]+)+)', 1), '')
{%- endmacro %}

{% macro bigquery__web_host(address) -%}
    regexp_extract(lower({{ address }}), r'^(?:https?://)?(?:www[.])?([a-z0-9-]+(?:[.][a-z0-9-]+)+)')
{%- endmacro %}
