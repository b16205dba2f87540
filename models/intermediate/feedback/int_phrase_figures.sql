-- one row per workspace and frequent phrase: how many use it, and in which of two groups of messages more customers do
{%- set judgements = {
    'uncovered': ['not is_covered', 'is_covered'],
    'rising': ['periods_ago = 0', 'periods_ago between 1 and ' ~ phrase_periods_before()],
    'low_rating': ['rating <= 2', 'rating > 2'],
    'before_churn': ['is_before_churn', 'not is_before_churn'],
} %}

with

mentions as (
    select * from {{ ref('int_phrase_mentions') }}
),

messages as (
    select * from {{ ref('int_phrase_messages') }}
),

said as (
    select
        mentions.phrase,
        messages.*,
        concat(cast(messages.periods_ago as string), ' ', messages.customer) as customer_of_period,
    from mentions
    inner join messages
        on
            mentions.workspace_id = messages.workspace_id
            and mentions.conversation_id = messages.conversation_id
            and mentions.message_id = messages.message_id
),

-- In each group a customer counts once, so that one who writes much makes no trend. In the periods before, that is once a period.
counted as (
    select
        workspace_id,
        phrase,
        count(*) as messages,
        {{ count_if('not is_covered') }} as uncovered_messages,
        count(distinct served_in_conversation_id) as conversations,
        count(distinct customer) as customers,
        {%- for name, groups in judgements.items() %}
            {%- set counted_once = 'customer_of_period' if name == 'rising' else 'customer' %}
            count(distinct case when {{ groups[0] }} then {{ counted_once }} end) as {{ name }}_customers,
            count(distinct case when {{ groups[1] }} then {{ counted_once }} end) as {{ name }}_other_customers,
        {%- endfor %}
        max(sent_at) as last_said_at,
    from said
    group by workspace_id, phrase
),

-- An account's revenue counts once, however often the account wrote.
phrase_accounts as (
    select
        workspace_id,
        phrase,
        account_id,
        max(mrr) as mrr,
    from said
    where account_id is not null
    group by workspace_id, phrase, account_id
),

touched as (
    select
        workspace_id,
        phrase,
        count(*) as accounts,
        sum(mrr) as mrr,
    from phrase_accounts
    group by workspace_id, phrase
),

with_accounts as (
    select
        counted.*,
        coalesce(touched.accounts, 0) as accounts,
        coalesce(touched.mrr, {{ as_float('0') }}) as mrr,
    from counted
    left join touched
        on counted.workspace_id = touched.workspace_id and counted.phrase = touched.phrase
),
{% set steps = ['with_accounts'] %}
{%- for name in judgements %}

    compared_{{ name }} as (
        {{ with_log_odds(steps[-1], name, name ~ '_customers', name ~ '_other_customers', ['workspace_id']) }}
    ),

    tested_{{ name }} as (
        select
            *,
            {{ two_sided_p_value(name ~ '_z_over_root_2') }} as {{ name }}_two_sided_p_value,
        from compared_{{ name }}
    ),

    judged_{{ name }} as (
        select
            *,
            {{ upper_tail_p_value(name ~ '_z', name ~ '_two_sided_p_value') }} as {{ name }}_p_value,
            {{ name }}_z is not null
            and {{ name }}_customers + {{ name }}_other_customers >= {{ var('phrase_min_conversations') }} as is_{{ name }}_sufficient,
        from tested_{{ name }}
    ),

    corrected_{{ name }} as (
        {{ with_q_values(
            'judged_' ~ name, name ~ '_p_value', name ~ '_q_value', family=['workspace_id'], among='is_' ~ name ~ '_sufficient'
        ) }}
    ),
    {%- do steps.append('corrected_' ~ name) %}
{%- endfor %}

final as (
    select
        workspace_id,
        phrase,
        messages,
        conversations,
        customers,
        accounts,
        mrr,
        uncovered_messages,
        {%- for name in judgements %}
            {{ name }}_customers,
            {{ name }}_other_customers,
            {{ name }}_log_odds,
            {{ name }}_z,
            {{ name }}_p_value,
            {{ name }}_q_value,
            is_{{ name }}_sufficient,
            -- A judgement that a few customers bear would point at them.
            coalesce({{ name }}_q_value < 0.05, false)
            and {{ name }}_customers >= {{ var('phrase_min_customers') }} as is_{{ name }},
        {%- endfor %}
        last_said_at,
    from {{ steps[-1] }}
)

select * from final
