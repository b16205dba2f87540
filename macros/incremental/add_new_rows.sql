{#
    An update of a staging model: the rows of the model's query replace those of the same `unique_key`. Returns what a materialization
    returns.
#}
{% macro add_new_rows() %}{{ return(adapter.dispatch('add_new_rows')()) }}{% endmacro %}

{% macro duckdb__add_new_rows() -%}
    {%- set new_rows = make_temp_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        create temporary table {{ new_rows }} as (
            {{ compiled_code }}
        );
        delete from {{ this }} as kept
        using {{ new_rows }} as new_rows
        where
            {%- for column in config.get('unique_key') %}
            {{ 'and ' if not loop.first }}kept.{{ column }} = new_rows.{{ column }}
            {%- endfor %};
        insert into {{ this }} by name from {{ new_rows }};
        drop table {{ new_rows }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}

{% macro bigquery__add_new_rows() -%}
    {{ return(update_on_bigquery()) }}
{%- endmacro %}
