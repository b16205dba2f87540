{#
    The host of a web address or e-mail address as people write one, in lower case and without `www.`; null when the text has
    none. `https://www.Example.com/en`, ` user:word@example.com.:8080 `, `example.com, example.org` and `mailto:ann@example.com`
    all give example.com. A name of one word (`localhost`) is no host, and neither is an IP address. Names in other scripts stay
    in those.
#}
{% macro web_host(address) %}{{ adapter.dispatch('web_host')(address) }}{% endmacro %}

{#
    RE2 on both engines; no single quotes in it. What cannot be in a name is ASCII but letters, digits, `-` and `_`, and blanks
    and control characters of any script; the last label has no digits, unless it is one of another script in its ASCII form.
#}
{% macro web_host_pattern() -%}
    {%- set no_name = '\\x00-,/:-@\\[-^\\x60{-\\x7f\\pZ\\pC' -%}
    {%- set label = '[^.' ~ no_name ~ '-][^.' ~ no_name ~ ']*' -%}
    {%- set last_label = '(?:xn--[a-z0-9-]+|[^\\x00-@\\[-\\x60{-\\x7f\\pZ\\pC\\pN\\pP]{2,63})' -%}
    {#- More than one, and none of its marks missing, as they are pasted and mistyped. -#}
    {%- set scheme = '(?:[a-z][a-z0-9+-]*:[/\\\\]*|https?[/\\\\]+)*[/\\\\]*' -%}
    {%- set user = '(?:[^/\\\\?#,;\\pZ\\pC]*@)?' -%}
    {#- An `@` behind it would make it somebody's name. -#}
    {%- set end = '[.]*(?:[\\x00-,/:-?\\[-^\\x60{-\\x7f\\pZ\\pC]|$)' -%}
    ^(?:[^<>]*<)??[\pZ\pC\x22\x27(<]*{{ scheme }}{{ user }}(?:www[0-9]?[.])?((?:{{ label }}[.])+{{ last_label }}){{ end }}
{%- endmacro %}

{# Full stops of other scripts, which browsers take for one. #}
{% macro duckdb__web_host(address) -%}
    nullif(regexp_extract({{ replace_pattern('lower(' ~ address ~ ')', '[。．｡]', '.') }}, '{{ web_host_pattern() }}', 1), '')
{%- endmacro %}

{% macro bigquery__web_host(address) -%}
    regexp_extract({{ replace_pattern('lower(' ~ address ~ ')', '[。．｡]', '.') }}, r'{{ web_host_pattern() }}')
{%- endmacro %}
