{#
    After a full build: stores the logic version and the columns that the model was built with. A build that ends before this statement
    makes the next build a full one again, which is safe.
#}
{% macro record_model_version() -%}
    {%- do adapter.dispatch('record_model_version')(model_versions(), this.identifier, model_logic(), model_columns()) -%}
{%- endmacro %}

{% macro duckdb__record_model_version(versions, name, logic, columns) -%}
    {%- do run_query("delete from " ~ versions ~ " where model_name = '" ~ name ~ "'") -%}
    {%- do run_query("insert into " ~ versions ~ " values ('" ~ name ~ "', '" ~ logic ~ "', '" ~ columns ~ "')") -%}
{%- endmacro %}

{# One statement: BigQuery takes a table's changes one after the other. #}
{% macro bigquery__record_model_version(versions, name, logic, columns) -%}
    {%- do run_query(
        "merge into " ~ versions ~ " as stored
        using (select '" ~ name ~ "' as model_name, '" ~ logic ~ "' as logic, '" ~ columns ~ "' as column_names) as built
        on stored.model_name = built.model_name
        when matched then update set logic = built.logic, column_names = built.column_names
        when not matched then insert (model_name, logic, column_names) values (model_name, logic, column_names)"
    ) -%}
{%- endmacro %}
