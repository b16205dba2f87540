{# Whether any of some texts, which have a bar between them, is in a text. #}
{% macro has_any(text, wanted) %}{{ adapter.dispatch('has_any')(text, wanted) }}{% endmacro %}

{% macro duckdb__has_any(text, wanted) -%}
    len(list_filter(string_split({{ wanted }}, '|'), lambda piece: strpos({{ text }}, piece) > 0)) > 0
{%- endmacro %}

{% macro bigquery__has_any(text, wanted) -%}
    exists(select 1 from unnest(split({{ wanted }}, '|')) as piece where strpos({{ text }}, piece) > 0)
{%- endmacro %}
