-- one row: the last day on which conversations are known, and the last day on which churn is known
{{ config(meta={'compares_rows': true}) }}

with

workspace_dates as (
    select * from {{ ref('int_workspace_dates') }}
),

known as (
    select max(conversations_as_of_on) as support_known_until_on
    from workspace_dates
),

final as (
    select
        support_known_until_on,
        {% if var('churn_known_until') -%}
            {{ earlier_of("cast('" ~ var('churn_known_until') ~ "' as date)", 'support_known_until_on') }} as churn_known_until_on,
        {%- else -%}
            support_known_until_on as churn_known_until_on,
        {%- endif %}
    from known
)

select * from final
