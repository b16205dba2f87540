{# Whether a text has a letter of a script that puts no spaces between words: Chinese, Japanese or Thai. #}
{% macro has_no_spaces(text) %}{{ matches_pattern(text, '[\\p{Han}\\p{Katakana}\\p{Hiragana}\\p{Thai}]') }}{% endmacro %}
