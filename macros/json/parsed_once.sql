{#
    A relation under its own name, with the fields of a JSON document (`json_document`) that the select list above has read. It stands
    below the select list, because only there all fields are known.
#}
{% macro parsed_once(relation, document) %}{{ adapter.dispatch('parsed_once')(relation, document) }}{% endmacro %}

{# A call with a list of paths parses the text once. #}
{% macro duckdb__parsed_once(relation, document) -%}
    {%- do document.relations.append(relation) -%}
    {%- set calls = [] -%}
    {%- for kind, function in {'text': 'json_extract_string', 'json': 'json_extract'}.items() if document[kind] -%}
        {%- set paths = "['" ~ document[kind] | join("', '") ~ "']" -%}
        {%- do calls.append(function ~ '(' ~ document.column ~ ', ' ~ paths ~ ') as ' ~ document.column ~ '_' ~ kind) -%}
    {%- endfor -%}
    (
        select
            *,
            {{ calls | join(',\n            ') }},
        from {{ relation }}
    ) as {{ relation }}
{%- endmacro %}

{% macro bigquery__parsed_once(relation, document) %}{{ relation }}{% endmacro %}
