{#
    The host of a web address or e-mail address as people write one, in lower case and without `www.`; null when the text has
    none. `https://www.Example.com/en`, ` user:word@example.com.:8080 `, `example.com, example.org` and `mailto:ann@example.com`
    all give example.com. A name of one word (`localhost`) is no host, and neither is an IP address. Names in other scripts keep
    their script.
#}
{% macro web_host(address) %}{{ adapter.dispatch('web_host')(address) }}{% endmacro %}

{# Browsers read these full stops of other scripts as `.`. #}
{% macro duckdb__web_host(address) -%}
    nullif(regexp_extract({{ replace_pattern('lower(' ~ address ~ ')', '[。．｡]', '.') }}, '{{ web_host_pattern() }}', 1), '')
{%- endmacro %}

{% macro bigquery__web_host(address) -%}
    regexp_extract({{ replace_pattern('lower(' ~ address ~ ')', '[。．｡]', '.') }}, r'{{ web_host_pattern() }}')
{%- endmacro %}
