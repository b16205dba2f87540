{#
    The words of a sentence as phrases are made of them, with a blank between two: lower case, with their accents. A stop word is between
    equal signs, and `=.=` is where something was left out (`personal_pattern`) or a clause ends. "Hasn't my card's PIN come, Ada?" is
    `=hasn’t= =my= card’s pin =come= =.= ada =.=`.
    A letter of Chinese, a run of katakana or hiragana, and a syllable of Thai is a word, because these put no spaces between words.
    The article of French and Italian is one too (`l’ export`).
#}
{% macro marked_words(sentence) -%}
    {%- set without_personal -%}
        case
            when {{ matches_pattern(sentence, personal_sign_pattern()) }}
                then {{ replace_pattern(sentence, personal_pattern(), ' . ') }}
            else {{ sentence }}
        end
    {%- endset -%}
    {%- set clauses = 'replace(' ~ replace_pattern(without_personal, clause_mark_pattern(), ' . ') ~ ", chr(39), '’')" -%}
    {%- set letters = replace_pattern(lower_composed(clauses), '[^\\pL\\pM.’]+|’+(?:[^\\pL]+|$)', ' ') -%}
    {%- set spaced = replace_pattern(letters, '[\\p{Han}々]|[\\p{Katakana}ー]+|\\p{Hiragana}+|[เ-ไ]?[ก-ฮ][ะ-ฺๅ-๎]*', ' \\0 ') -%}
    {%- set articles = 'l|d|j|m|n|s|t|c|qu|un|dell|all|nell|sull|dall|quest|quell|jusqu|lorsqu' -%}
    {%- set words = replace_pattern(spaced, '(?:^| )(?:' ~ articles ~ ')’', '\\0 ') -%}
    {%- set barred = "concat('|', " ~ replace_pattern('trim(' ~ words ~ ')', ' +', '| |') ~ ", '|')" -%}
    replace({{ replace_pattern(barred, stop_word_pattern(), '=\\0=') }}, '|', '')
{%- endmacro %}
