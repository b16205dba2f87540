-- one row: the last day on which conversations are known, and the last day on which churn is known
with

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

known as (
    select {{ local_date('max(conversations_as_of_at)', reporting_time_zone()) }} as support_known_until_on
    from freshness
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
