{#
    The regular expression of a whole word, between bars, that a phrase neither begins nor ends with: a stop word, a mark between
    clauses, a single Latin letter, and what Japanese writes in hiragana (endings and particles). It captures nothing, because that
    would take the slow way through the regular expression.
#}
{% macro stop_word_pattern() %}[|](?:[.]|[a-z]|\p{Hiragana}+|{{ stop_words() | join('|') }})[|]{% endmacro %}
