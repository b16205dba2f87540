{#
    RE2 on both engines; no single quotes in it. A name holds no ASCII characters except letters, digits, `-` and `_`, and no
    blanks or control characters of any script. The last label has no digits, unless it is another script's label in ASCII form.
#}
{% macro web_host_pattern() -%}
    {%- set no_name = '\\x00-,/:-@\\[-^\\x60{-\\x7f\\pZ\\pC' -%}
    {%- set label = '[^.' ~ no_name ~ '-][^.' ~ no_name ~ ']*' -%}
    {%- set last_label = '(?:xn--[a-z0-9-]+|[^\\x00-@\\[-\\x60{-\\x7f\\pZ\\pC\\pN\\pP]{2,63})' -%}
    {#- People paste several schemes, and mistype their marks. -#}
    {%- set scheme = '(?:[a-z][a-z0-9+-]*:[/\\\\]*|https?[/\\\\]+)*[/\\\\]*' -%}
    {%- set user = '(?:[^/\\\\?#,;\\pZ\\pC]*@)?' -%}
    {#- Text before an `@` is a user's name and no host. -#}
    {%- set end = '[.]*(?:[\\x00-,/:-?\\[-^\\x60{-\\x7f\\pZ\\pC]|$)' -%}
    ^(?:[^<>]*<)??[\pZ\pC\x22\x27(<]*{{ scheme }}{{ user }}(?:www[0-9]?[.])?((?:{{ label }}[.])+{{ last_label }}){{ end }}
{%- endmacro %}
