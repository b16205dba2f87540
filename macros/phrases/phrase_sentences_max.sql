{# How many sentences of a message are looked at for phrases. #}
{% macro phrase_sentences_max() %}30{% endmacro %}
