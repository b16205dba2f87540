-- one row per workspace: the days of the conversations that phrases are counted in
-- Phrases are counted again when a row changes: on a day's first message, and when a back-fill brings many.
{{ config(meta={'compares_rows': true}) }}

with

sentences as (
    select * from {{ ref('int_feedback_phrases') }}
),

workspace_dates as (
    select * from {{ ref('int_workspace_dates') }}
),

newest as (
    select
        workspace_id,
        {{ local_date('max(sent_at)', reporting_time_zone()) }} as newest_on,
        count(*) as sentences_count,
    from sentences
    group by workspace_id
),

-- The last days are those in which customers wrote last, so that a workspace that is no longer synced keeps its phrases. A wrong clock
-- would move them into the future.
dated as (
    select
        newest.workspace_id,
        newest.sentences_count,
        length(cast(newest.sentences_count as string)) - 2 as last_digits,
        {{ earlier_of('newest.newest_on', 'workspace_dates.conversations_as_of_on') }} as until_on,
    from newest
    left join workspace_dates on newest.workspace_id = workspace_dates.workspace_id
),

final as (
    select
        workspace_id,
        {{ add_days('until_on', 1 - (var('phrase_window_days') | int)) }} as from_on,
        until_on,
        sentences_count
        - mod(sentences_count, {{ as_int('power(10, greatest(last_digits, 0))') }}) as sentences_about,
    from dated
)

select * from final
