{#-
    What the loader stores instead of a text with `BODY_MODE=none` (loader/extract/minimise/writing.ts). Without this mark, an answer
    that closes a conversation would not count as a message.
-#}
{% macro body_not_stored() -%}
    '[body not stored]'
{%- endmacro %}
