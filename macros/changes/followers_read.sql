{# The models that follow changes among those that a model reads, also through views: a list of unique ids. #}
{% macro followers_read(unique_id) -%}
    {%- set followers = [] -%}
    {%- for parent in graph.nodes[unique_id].depends_on.nodes -%}
        {%- set config = graph.nodes.get(parent, {}).get('config', {}) -%}
        {%- if config.get('meta', {}).get('follows') -%}
            {%- do followers.append(parent) -%}
        {%- elif config.get('materialized') == 'versioned_view' -%}
            {%- do followers.extend(followers_read(parent)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(followers | unique | list) }}
{%- endmacro %}
