-- one row per comparison of survival
with

account_survival as (
    select * from {{ ref('account_survival') }}
),

comparisons as (
    select 'poor against the rest' as comparison
),

lives as (
    select
        comparisons.comparison,
        account_survival.experience = 'poor' as is_first,
        account_survival.duration_days,
        account_survival.is_churned,
    from comparisons
    cross join account_survival
),

measured as (
    {{ log_rank('lives', ['comparison']) }}
),

scaled as (
    select
        comparisons.comparison,
        measured.chi_squared as log_rank_chi2,
        sqrt(measured.chi_squared / 2.0) as z_over_root_2,
        coalesce(measured.first_spells, 0) as spells,
        coalesce(measured.spells - measured.first_spells, 0) as other_spells,
        coalesce(measured.first_churned, 0) as churned,
        coalesce(measured.churned - measured.first_churned, 0) as other_churned,
        measured.first_churned_expected as churned_expected,
    from comparisons
    left join measured on comparisons.comparison = measured.comparison
),

judged as (
    select
        *,
        {{ two_sided_p_value('z_over_root_2') }} as p_value,
        log_rank_chi2 is not null
        and {{ is_enough('spells', 'spells', 'churned', 'spells - churned') }}
        and {{ is_enough('other_spells', 'other_spells', 'other_churned', 'other_spells - other_churned') }} as is_sufficient,
    from scaled
),

final as (
    select
        comparison,
        log_rank_chi2,
        p_value,
        is_sufficient,
        spells,
        churned,
        churned_expected,
        other_spells,
        other_churned,
        case
            when not is_sufficient
                then concat(
                    'Not enough data to say anything. Account spells with a poor experience: ', {{ number_text('spells', 0) }},
                    ', churned: ', {{ number_text('churned', 0) }}, '. Other account spells: ', {{ number_text('other_spells', 0) }},
                    ', churned: ', {{ number_text('other_churned', 0) }}, '.'
                )
            when p_value < 0.05
                then concat(
                    'Accounts with a poor experience in their first 90 days churned ',
                    case when churned > churned_expected then 'sooner' else 'later' end, ' than the rest: ',
                    {{ number_text('churned', 0) }}, ' churned where ', {{ number_text('churned_expected', 1) }},
                    ' were expected (log-rank p ', {{ p_value_text('p_value') }}, '). Account spells: ', {{ number_text('spells', 0) }},
                    ' against ', {{ number_text('other_spells', 0) }},
                    '. Accounts that write differ from accounts that do not: this is no experiment.'
                )
            else concat(
                'No difference is visible between accounts with a poor experience in their first 90 days and the rest (log-rank p ',
                {{ p_value_text('p_value') }}, '). Account spells: ', {{ number_text('spells', 0) }}, ' against ',
                {{ number_text('other_spells', 0) }}, '. A difference can still exist.'
            )
        end as reading,
    from judged
)

select * from final
