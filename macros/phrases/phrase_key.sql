{#
    What wordings of one phrase have in common: its words except stop words, sorted, without accents and endings. "reset my password",
    "reset passwords" and "password resetting" are one. The endings are those of plurals, of genders and of English verbs; a word keeps
    three letters. The key is for comparing and is not shown. Where words have no spaces between them, the order stays.
#}
{% macro phrase_key(wording) -%}
    {%- set barred -%}
        concat('|', replace({{ without_diacritics(wording) }}, ' ', '| |'), '|')
    {%- endset -%}
    {%- set content = replace_pattern(barred, stop_word_pattern(), '|') -%}
    {#- "addresses" and "address": no second s is taken. -#}
    {%- set singulars = replace_pattern(content, '(\\pL\\pL[^s|])’?s[|]', '\\1|') -%}
    {%- set stems = replace_pattern(singulars, '(\\pL\\pL\\pL)(?:ing|ed|en|e|a|o|i)[|]', '\\1|') -%}
    case
        when {{ has_no_spaces(wording) }} then replace({{ wording }}, ' ', '')
        else {{ different_texts(stems, "'|'") }}
    end
{%- endmacro %}
