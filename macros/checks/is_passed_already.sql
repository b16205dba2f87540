{# Whether a build has asked this test before, of the same rows, and it passed. `dbt test` asks every test. #}
{% macro is_passed_already() -%}
    {{ return(
        execute and flags.WHICH == 'build' and not flags.EMPTY and not should_full_refresh()
        and builds_before().get(model.unique_id, {}).get('inputs') == model_inputs()
    ) }}
{%- endmacro %}
