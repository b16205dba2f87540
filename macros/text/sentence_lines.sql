{#
    A message with one sentence a line, without the earlier mail that a mail program put below the answer. Earlier mail is what follows
    "On … wrote:" (in eight languages), "Original message", a row of underscores, or a block of From: and Sent: lines.
    Lines that begin with ">" go as whole lines, before they are cut into sentences: a quoted complaint would count again with every
    reply. What stands below a message goes too: a signature, and the line that a phone adds (`signature_pattern()`). A sentence
    has at most `sentence_characters_max()` characters.
#}
{% macro sentence_lines(body) -%}
    {%- set answer = replace_pattern(replace_pattern(body, quoted_mail_pattern(), ''), '(^|\\n)[ \\t]*>[^\\n]*', '') -%}
    {%- set own_words = replace_pattern(answer, signature_pattern(), ' ') -%}
    {{ cut_lines(adapter.dispatch('sentence_lines')(own_words), sentence_characters_max()) }}
{%- endmacro %}

{% macro duckdb__sentence_lines(body) %}regexp_replace({{ body }}, '([.!?…。！？]+)[ \t]+', '\1' || chr(10), 'g'){% endmacro %}

{% macro bigquery__sentence_lines(body) %}regexp_replace({{ body }}, r'([.!?…。！？]+)[ \t]+', concat(r'\1', chr(10))){% endmacro %}
