{#
    Words that say nothing by themselves, in the eight languages of the topics: a phrase neither begins nor ends with one. Each is lower
    case, and once more without its accents, which customers leave out. Japanese has its own rule in `stop_word_pattern`.
#}
{% macro stop_words() -%}
    {%- set written -%}
        {{ stop_words_of_english() }} {{ stop_words_of_german_and_dutch() }} {{ stop_words_of_romance_languages() }}
    {%- endset -%}
    {%- set text = namespace(plain=written) -%}
    {%- for pair in 'àa áa âa ãa äa çc èe ée êe ìi íi îi ñn òo óo ôo õo öo ùu úu ûu üu'.split() -%}
        {%- set text.plain = text.plain.replace(pair[0], pair[1]) -%}
    {%- endfor -%}
    {{ return((written ~ ' ' ~ text.plain).split() | unique | sort) }}
{%- endmacro %}
