{# Texts of the project's variables as SQL literals, separated by commas. Errors: a name that could end its literal. #}
{% macro text_list(texts) -%}
    {%- for text in texts -%}
        {%- if "'" in text or '\\' in text -%}
            {{ exceptions.raise_compiler_error("a project variable has a text with a quote or a backslash: " ~ text) }}
        {%- endif -%}
        '{{ text }}'{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
