{#
    No row breaks what holds for each row by itself: columns that are never null, and, in an hourly build, the conditions of the model's
    `always` tests. A broken row comes with what it breaks. One test for all of them, because each costs more than its answer.
    Every build asks it of the models that change hourly (`is_hourly`), and on BigQuery of the months that the build has changed.
#}
{% test sound_rows(model, never_null, is_hourly=false) %}
    {{ names_are_ours() }}
    {{ config(tags=[] if is_hourly else ['daily']) }}
    select *
    from (
        select
            *,
            case
                {%- for column in never_null %}
                when {{ column }} is null then '{{ column }} is null'
                {%- endfor %}
                {%- if is_hourly %}
                {%- for check in row_checks() %}
                when {{ check.where }} and not coalesce({{ check.condition }}, false) then '{{ check.name }}'
                {%- endfor %}
                {%- endif %}
            end as broken_check,
        from {{ model }}
        where {{ in_changed_months() }}
    ) as checked
    where broken_check is not null
{% endtest %}
