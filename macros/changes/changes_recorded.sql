{# A query: how many changes this run has recorded of the model that is being built. #}
{% macro changes_recorded() -%}
    select count(*)
    from {{ build_record('changes') }}
    where
        followed = '{{ model.name }}'
        and changed_on >= date '{{ day_of_run(run_number()) }}'
        and changed_in = {{ run_number() }}
{%- endmacro %}
