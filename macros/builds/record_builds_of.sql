{# Adds rows to the table `builds`: maps of node, inputs, rows_version, taken_in, rows_missing and loaded_to. #}
{% macro record_builds_of(builds) -%}
    {%- set rows = [] -%}
    {%- for build in builds -%}
        {%- set texts = [] -%}
        {%- for key in ['node', 'inputs', 'rows_version'] -%}
            {%- do texts.append("'" ~ build[key] ~ "'" if build.get(key) else 'null') -%}
        {%- endfor -%}
        {%- for key in ['taken_in', 'rows_missing', 'loaded_to'] -%}
            {%- do texts.append(build[key] if build.get(key) is not none else 'null') -%}
        {%- endfor -%}
        {%- do rows.append('(' ~ texts | join(', ') ~ ', ' ~ run_number() ~ ')') -%}
    {%- endfor -%}
    {%- do run_query(
        'insert into ' ~ build_record('builds') ~ ' (node, inputs, rows_version, taken_in, rows_missing, loaded_to, recorded_in)'
        ~ ' values '
        ~ rows | join(', ')
    ) -%}
{%- endmacro %}
