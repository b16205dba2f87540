{#
    Records what has changed in the followed model that is being built (`record_changes`). Returns how many records that are, as the warehouse
    says of its INSERT; DuckDB does not say, and is asked.
#}
{% macro changes_recorded(fresh, kept=this) -%}
    {%- call statement('record_changes') -%}{{ record_changes(fresh, kept) }}{%- endcall -%}
    {%- set inserted = load_result('record_changes').response.rows_affected -%}
    {%- if inserted is not none -%}
        {{ return(inserted | int) }}
    {%- endif -%}
    {%- set recorded -%}
        select count(*)
        from {{ build_record('changes') }}
        where
            followed = '{{ model.name }}'
            and changed_on >= date '{{ day_of_run(run_number()) }}'
            and changed_in = {{ run_number() }}
    {%- endset -%}
    {{ return(answer_of(recorded, otherwise=1) | int) }}
{%- endmacro %}
