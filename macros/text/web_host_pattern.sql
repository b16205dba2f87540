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
