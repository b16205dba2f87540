{# The sentence of a row of `churn_summary`: how many accounts a year, how sure, and how much revenue. #}
{% macro churn_summary_reading() -%}
    {%- set more_or_fewer = "case when accounts_at_risk_a_year >= 0 then ' more' else ' fewer' end" -%}
    concat(
        'After account-months with ', exposure, ', ', {{ number_text('abs(accounts_at_risk_a_year)', 1) }}, {{ more_or_fewer }},
        ' accounts leave in a year than from comparable ones. 95 % interval: ', {{ number_text('accounts_at_risk_a_year_low', 1) }}, ' to ',
        {{ number_text('accounts_at_risk_a_year_high', 1) }}, '; q ', {{ p_value_text('q_value') }}, ' over ',
        {{ number_text('exposed_accounts', 0) }}, ' accounts. ',
        case when q_value < 0.05 then 'This is a correlation: it proves no cause.' else 'Among so many comparisons, this may be chance.' end,
        ' Comparable means the same ',
        case
            when subject_kind = 'feature' and subject = 'tickets' then '{{ stratum_words(with_tickets=false) }}'
            else '{{ stratum_words() }}'
        end,
        '.'
    )
{%- endmacro %}
