{# Whether a text has a letter of Chinese, Japanese or Korean: any character from U+2E80 on. #}
{% macro has_wide_script(text) %}{{ matches_pattern(text, '[^\\x00-\\x{2E7F}]') }}{% endmacro %}
