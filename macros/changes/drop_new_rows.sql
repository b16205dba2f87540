{# After a run: drops the tables of new rows that it kept (`keeps_new_rows`). Those of a run that was killed expire after twelve hours. #}
{% macro drop_new_rows() -%}
    {%- if execute -%}
        {%- for kept in remembered('new_rows').values() -%}
            {%- do adapter.drop_relation(kept.relation) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
