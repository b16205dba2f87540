{# After a `sound_rows` test that failed: says which of its checks are broken, in how many rows. #}
{% macro say_broken_checks() -%}
    {%- if (model.test_metadata or {}).get('name') == 'sound_rows' and load_result('main').table.rows[0][0] | int > 0 -%}
        {%- set counted = 'select broken_check, count(*) from (' ~ compiled_code ~ ') as broken'
            ~ ' group by broken_check order by broken_check' -%}
        {%- for row in run_query(counted).rows -%}
            {%- do say(graph.nodes[model.attached_node].name ~ ': ' ~ row[0] ~ ' (' ~ row[1] ~ ' rows).') -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
