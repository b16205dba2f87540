-- one row per workspace and phrase that enough customers use
{{ config(materialized='versioned_view') }}

with

figures as (
    select * from {{ ref('int_phrase_figures') }}
),

-- Quotes are stored as rows with the conversation's id, so that a purge finds them.
quotes as (
    select
        workspace_id,
        phrase,
        array_agg(quote order by quote_number) as quotes,
    from {{ ref('int_phrase_quotes') }}
    group by workspace_id, phrase
),

final as (
    select
        figures.workspace_id,
        figures.phrase,
        figures.messages,
        figures.conversations,
        figures.customers,
        figures.accounts,
        figures.mrr,
        figures.uncovered_messages,
        {%- for name in ['uncovered', 'rising', 'low_rating', 'before_churn'] %}
            figures.{{ name }}_customers,
            figures.{{ name }}_other_customers,
            figures.{{ name }}_log_odds,
            figures.{{ name }}_z,
            figures.{{ name }}_p_value,
            figures.{{ name }}_q_value,
            figures.is_{{ name }}_sufficient,
            figures.is_{{ name }},
        {%- endfor %}
        coalesce(quotes.quotes, {{ empty_text_array() }}) as quotes,
        figures.last_said_at,
    from figures
    left join quotes on figures.workspace_id = quotes.workspace_id and figures.phrase = quotes.phrase
)

select * from final
