{# A text without blanks, tabs and line ends around it; trim() alone takes blanks on DuckDB, and all white space on BigQuery. #}
{% macro trimmed(text) %}trim({{ text }}, concat(' ', chr(9), chr(10), chr(13))){% endmacro %}
