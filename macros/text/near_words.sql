{# What stands around a text's first place in other text, up to so many characters before and after. #}
{% macro near_words(words, needle, characters_max) -%}
    substr(
        {{ words }},
        greatest(1, strpos({{ words }}, {{ needle }}) - ({{ characters_max }})),
        length({{ needle }}) + 2 * ({{ characters_max }})
    )
{%- endmacro %}
