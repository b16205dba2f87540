{#
    A hash by which an external id or an email address of a person is found again, without the text itself: an address means the same in
    any capitals. Null where there is none.
#}
{% macro person_key(text) -%}
    {{ md5_hex("case when " ~ text ~ " like '%@%' then lower(" ~ text ~ ") else " ~ text ~ " end") }}
{%- endmacro %}
