{#
    A short text that is another when one of the columns is: the first 48 bits of an MD5 of them, in which null is not the empty
    text. It is compared with what the same row had before, never with another row's, and stands in millions of rows.
#}
{% macro version_of(columns) -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append("coalesce(concat('=', cast(" ~ column ~ " as string)), '-')") -%}
    {%- endfor -%}
    substr({{ md5_hex("concat(" ~ texts | join(", ' ', ") ~ ")") }}, 1, 12)
{%- endmacro %}
