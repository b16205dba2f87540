-- one row per experience and day after the landmark on which an account churned or was last seen, and one row for day 0
with

account_survival as (
    select * from {{ ref('account_survival') }}
),

experiences as (
    select 'no tickets' as experience
    union all
    select 'good' as experience
    union all
    select 'poor' as experience
),

measured as (
    {{ kaplan_meier('account_survival', ['experience']) }}
),

with_all_experiences as (
    select
        experiences.experience,
        coalesce(measured.duration_days, 0) as duration_days,
        coalesce(measured.at_risk, 0) as at_risk,
        coalesce(measured.churned, 0) as churned,
        coalesce(measured.censored, 0) as censored,
        measured.survival,
        measured.survival_low,
        measured.survival_high,
        coalesce(max(measured.at_risk) over (partition by experiences.experience), 0) as spells,
        coalesce(max(measured.churned_so_far) over (partition by experiences.experience), 0) as churned_in_all,
    from experiences
    left join measured on experiences.experience = measured.experience
),

judged as (
    select
        *,
        {{ is_enough('spells', 'spells', 'churned_in_all', 'spells - churned_in_all') }} as is_sufficient,
    from with_all_experiences
),

final as (
    select
        experience,
        duration_days,
        at_risk,
        churned,
        censored,
        survival,
        survival_low,
        survival_high,
        is_sufficient,
        case
            when not is_sufficient
                then concat(
                    'Not enough data to say anything about the experience "', experience, '" (account spells: ',
                    {{ number_text('spells', 0) }}, ', churned: ', {{ number_text('churned_in_all', 0) }}, ').'
                )
            else concat(
                {{ number_text('100 * survival', 0) }}, ' % of the account spells with the experience "', experience,
                '" had not ended in churn ', {{ number_text('duration_days', 0) }}, ' days after their 90th day',
                -- Without a spell left there is no interval. Engines differ on null in concat(), so the null is tested here.
                case
                    when survival_low is null then ''
                    else concat(
                        ' (95 % interval ',
                        {{ number_text('100 * survival_low', 0) }}, '-', {{ number_text('100 * survival_high', 0) }}, ')'
                    )
                end,
                '. Spells seen that long: ', {{ number_text('at_risk', 0) }}, '.'
            )
        end as reading,
    from judged
)

select * from final
