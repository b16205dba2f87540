-- one row per workspace and frequent phrase: how many use it, and in which of two groups of messages more customers do
{%- set judgements = {
    'uncovered': ['not messages.is_covered', 'messages.is_covered'],
    'rising': ['messages.periods_ago = 0', 'messages.periods_ago between 1 and ' ~ phrase_periods_before()],
    'low_rating': ['messages.rating <= 2', 'messages.rating > 2'],
    'before_churn': ['messages.is_before_churn', 'not messages.is_before_churn'],
} %}

with

mentions as (
    select * from {{ ref('int_phrase_mentions') }}
),

messages as (
    select * from {{ ref('int_phrase_messages') }}
),

-- In each group a customer counts once, so that one who writes much makes no trend. In the weeks before, that is once a week.
counted as (
    select
        mentions.workspace_id,
        mentions.phrase,
        min(mentions.words_count) as words_count,
        count(*) as messages,
        {{ count_if('not messages.is_covered') }} as uncovered_messages,
        count(distinct messages.served_in_conversation_id) as conversations,
        count(distinct messages.customer) as customers,
        {%- for name, groups in judgements.items() %}
            count(distinct case when {{ groups[0] }} then messages.customer end) as {{ name }}_customers,
            count(distinct case
                when {{ groups[1] }}
                    then {{ "concat(cast(messages.periods_ago as string), ' ', messages.customer)" if name == 'rising' else 'messages.customer' }}
            end) as {{ name }}_other_customers,
        {%- endfor %}
        max(messages.sent_at) as last_said_at,
    from mentions
    inner join messages
        on
            mentions.workspace_id = messages.workspace_id
            and mentions.conversation_id = messages.conversation_id
            and mentions.message_id = messages.message_id
    group by mentions.workspace_id, mentions.phrase
),

-- An account's revenue counts once, however often the account wrote.
phrase_accounts as (
    select
        mentions.workspace_id,
        mentions.phrase,
        messages.account_id,
        max(messages.mrr) as mrr,
    from mentions
    inner join messages
        on
            mentions.workspace_id = messages.workspace_id
            and mentions.conversation_id = messages.conversation_id
            and mentions.message_id = messages.message_id
    where messages.account_id is not null
    group by mentions.workspace_id, mentions.phrase, messages.account_id
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

judged_{{ name }} as (
    select
        *,
        {{ upper_tail_p_value(name ~ '_z', name ~ '_z_over_root_2') }} as {{ name }}_p_value,
        {{ name }}_z is not null
        and {{ name }}_customers + {{ name }}_other_customers >= {{ var('phrase_min_conversations') }} as is_{{ name }}_sufficient,
    from compared_{{ name }}
),

corrected_{{ name }} as (
    {{ with_q_values('judged_' ~ name, name ~ '_p_value', name ~ '_q_value', family=['workspace_id'], among='is_' ~ name ~ '_sufficient') }}
),
{% do steps.append('corrected_' ~ name) %}
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
