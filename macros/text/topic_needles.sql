{#
    The alternatives of a part of a topic's phrase (`refund* / money back`) as texts to look for in `plain_words`, with a bar between
    them: ' refund| money back '. A star at either end lets the word go on there. Where words have no spaces between them, the
    texts have none around them either.
#}
{% macro topic_needles(part, has_no_spaces) -%}
    {%- set alternatives = replace_pattern(without_diacritics(part), '[ \\t]/[ \\t]', '|') -%}
    {%- set words = replace_pattern(alternatives, '[^\\pL\\pN*|]+', ' ') -%}
    {%- set spaced = "concat(' ', " ~ replace_pattern('trim(' ~ words ~ ')', ' *[|] *', ' | ') ~ ", ' ')" -%}
    {%- set with_beginnings = replace_pattern(spaced, '(^|[|]) [*] ?', '\\1') -%}
    {%- set with_ends = replace_pattern(with_beginnings, ' ?[*] ([|]|$)', '\\1') -%}
    {%- set plain = replace_pattern(with_ends, '[*] ?', ' ') -%}
    case when {{ has_no_spaces }} then {{ replace_pattern('trim(' ~ plain ~ ')', ' *[|] *', '|') }} else {{ plain }} end
{%- endmacro %}
