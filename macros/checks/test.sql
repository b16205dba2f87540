{#
    The materialization of data tests: dbt's own, but a build asks a test that passed again only when a relation that it reads has
    changed, or its own code. A failed `sound_rows` also says how many rows break which check.
#}
{% materialization test, default %}
    {%- if is_passed_already() -%}
        {%- call statement('main', fetch_result=True) -%}
            select 0 as failures, false as should_warn, false as should_error
        {%- endcall -%}
        {%- set made = {'relations': []} -%}
    {%- else -%}
        {%- set made = dbt.materialization_test_default() -%}
        {%- do say_broken_checks() -%}
    {%- endif -%}
    {%- do remember_build(rows_version(model.attached_node) if model.attached_node else none) -%}
    {{ return(made) }}
{% endmaterialization %}
