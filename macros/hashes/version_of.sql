{#
    A short text that changes when one of the columns changes: the first 48 bits of an MD5. Null and the empty text differ.
    It is compared only with the earlier text of the same row, so 48 bits are enough, and it is stored in millions of rows.
    It does not hold the model's logic: `reason_to_rebuild` sees to that.
#}
{% macro version_of(columns) -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append("coalesce(concat('=', cast(" ~ column ~ " as string)), '-')") -%}
    {%- endfor -%}
    substr({{ md5_hex("concat(" ~ texts | join(", ' ', ") ~ ")") }}, 1, 12)
{%- endmacro %}
