{#
    A text to order by when the order must be that of UTF-16 code units, as JavaScript and Java sort. Both engines sort by
    code point, which differs for what is beyond the first 65,536: an emoji would come after a full-width letter, not before.
    The characters from U+E000 to U+FFFF get the last code point in front, which puts them behind the emojis.
#}
{% macro code_unit_key(text) %}{{ adapter.dispatch('code_unit_key')(text) }}{% endmacro %}

{% macro duckdb__code_unit_key(text) -%}
    regexp_replace({{ text }}, '([\x{E000}-\x{FFFF}])', chr(1114111) || '\1', 'g')
{%- endmacro %}

{% macro bigquery__code_unit_key(text) -%}
    regexp_replace({{ text }}, r'([\x{E000}-\x{FFFF}])', concat(code_points_to_string([1114111]), r'\1'))
{%- endmacro %}
