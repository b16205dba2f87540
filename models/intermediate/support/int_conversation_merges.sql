-- one row per conversation that was merged into another, while it stays closed: since when, and into which
-- Rebuilt whole: a row depends on other conversations, and few conversations have to do with a merge.
{{ config(cluster_by=['workspace_id', 'conversation_id'], meta={'compares_rows': true}) }}
{#- Intercom writes a part into both conversations within so many seconds. -#}
{%- set apart_seconds_max = same_act_seconds_max() %}

with

conversations as (
    select * from {{ ref('int_conversations') }}
),

parts as (
    select
        workspace_id,
        conversation_id,
        is_merge,
        part_type = 'merged_primary_conversation' as is_merge_from_another,
        state_after in ('open', 'snoozed') as is_not_closed,
        created_at,
    from {{ ref('int_merge_parts') }}
),

conversation_contacts as (
    select * from {{ ref('int_conversation_contacts') }}
),

-- The conversations that took others in, and when. Several merges of one second are one row.
primaries as (
    select distinct
        workspace_id,
        conversation_id,
        created_at as merged_at,
    from parts
    where is_merge_from_another
),

told_by_parts as (
    select distinct
        workspace_id,
        conversation_id,
    from parts
    where is_merge or is_merge_from_another
),

involved as (
    select conversations.*
    from conversations
    left join told_by_parts
        on
            conversations.workspace_id = told_by_parts.workspace_id
            and conversations.conversation_id = told_by_parts.conversation_id
    where conversations.is_marked_as_merged or told_by_parts.conversation_id is not null
),

named_links as (
    select
        involved.workspace_id,
        involved.conversation_id,
        {{ json_id('linked', '$.id') }} as linked_id,
        coalesce({{ json_str('linked', '$.type') }} = 'conversation', false) as is_conversation,
    from {{ unnest_json('involved', 'linked_objects', 'linked') }}
),

-- A link names the other from either side. A customer's ticket may be linked under its conversation's id.
links as (
    select
        workspace_id,
        conversation_id,
        linked_id,
        max(case when is_conversation then 1 else 0 end) = 1 as is_conversation,
    from (
        select
            workspace_id,
            conversation_id,
            linked_id,
            is_conversation,
        from named_links
        union all
        select
            workspace_id,
            linked_id as conversation_id,
            conversation_id as linked_id,
            is_conversation,
        from named_links
    ) as both_ways
    where conversation_id is not null and linked_id is not null and conversation_id <> linked_id
    group by workspace_id, conversation_id, linked_id
),

merged_by_part as (
    select
        workspace_id,
        conversation_id,
        max(created_at) as merged_at,
    from parts
    where is_merge
    group by workspace_id, conversation_id
),

-- The attribute alone proves nothing: a team can have an attribute of its own with this name. A link to a conversation that took
-- another one in makes it a merge.
merged_by_attribute as (
    select
        involved.workspace_id,
        involved.conversation_id,
        max(primaries.merged_at) as merged_at,
    from involved
    inner join links
        on involved.workspace_id = links.workspace_id and involved.conversation_id = links.conversation_id
    inner join primaries
        on links.workspace_id = primaries.workspace_id and links.linked_id = primaries.conversation_id
    left join merged_by_part
        on
            involved.workspace_id = merged_by_part.workspace_id
            and involved.conversation_id = merged_by_part.conversation_id
    where
        involved.is_marked_as_merged
        and merged_by_part.conversation_id is null
        and primaries.merged_at between involved.created_at and involved.updated_at
    group by involved.workspace_id, involved.conversation_id
),

merged as (
    select * from merged_by_part
    union all
    select * from merged_by_attribute
),

-- A conversation that was reopened after the merge is worked on by itself again.
left_again as (
    select
        merged.workspace_id,
        merged.conversation_id,
        {{ count_if(secs_between('merged.merged_at', 'parts.created_at') ~ ' > ' ~ apart_seconds_max) }} > 0 as is_left_again,
    from merged
    inner join parts
        on merged.workspace_id = parts.workspace_id and merged.conversation_id = parts.conversation_id
    where parts.is_not_closed
    group by merged.workspace_id, merged.conversation_id
),

secondaries as (
    select
        merged.workspace_id,
        merged.conversation_id,
        merged.merged_at,
    from merged
    inner join involved
        on merged.workspace_id = involved.workspace_id and merged.conversation_id = involved.conversation_id
    left join left_again
        on merged.workspace_id = left_again.workspace_id and merged.conversation_id = left_again.conversation_id
    where involved.state = 'closed' and not coalesce(left_again.is_left_again, false)
),

-- Both tell of the merge within the same seconds. Those that name each other come first, then those of one contact.
candidates as (
    select
        secondaries.workspace_id,
        secondaries.conversation_id,
        primaries.conversation_id as candidate_id,
        0 as preference,
        abs({{ secs_between('secondaries.merged_at', 'primaries.merged_at') }}) as seconds_apart,
    from secondaries
    inner join links
        on secondaries.workspace_id = links.workspace_id and secondaries.conversation_id = links.conversation_id
    inner join primaries
        on links.workspace_id = primaries.workspace_id and links.linked_id = primaries.conversation_id
    union all
    select
        secondaries.workspace_id,
        secondaries.conversation_id,
        primaries.conversation_id as candidate_id,
        1 as preference,
        abs({{ secs_between('secondaries.merged_at', 'primaries.merged_at') }}) as seconds_apart,
    from secondaries
    inner join conversation_contacts as own_contacts
        on
            secondaries.workspace_id = own_contacts.workspace_id
            and secondaries.conversation_id = own_contacts.conversation_id
    inner join conversation_contacts as same_contacts
        on
            own_contacts.workspace_id = same_contacts.workspace_id
            and own_contacts.contact_id = same_contacts.contact_id
    inner join primaries
        on
            same_contacts.workspace_id = primaries.workspace_id
            and same_contacts.conversation_id = primaries.conversation_id
    where primaries.conversation_id <> secondaries.conversation_id
),

best_candidates as (
    select
        workspace_id,
        conversation_id,
        candidate_id,
    from candidates
    where seconds_apart <= {{ apart_seconds_max }}
    qualify
        rank() over (partition by workspace_id, conversation_id order by preference, seconds_apart) = 1
),

-- Where two are equally likely, a guess would be wrong every second time.
pairs as (
    select
        workspace_id,
        conversation_id,
        min(candidate_id) as primary_id,
    from best_candidates
    group by workspace_id, conversation_id
    having count(distinct candidate_id) = 1
),

-- The other's part may be missing: past its 500 parts, or it was not retrieved since the merge. The only conversation that it is
-- linked with then is the other, without those that were merged into it.
linked_pairs as (
    select
        secondaries.workspace_id,
        secondaries.conversation_id,
        min(links.linked_id) as primary_id,
    from secondaries
    inner join links
        on secondaries.workspace_id = links.workspace_id and secondaries.conversation_id = links.conversation_id
    inner join conversations
        on links.workspace_id = conversations.workspace_id and links.linked_id = conversations.conversation_id
    left join best_candidates
        on
            secondaries.workspace_id = best_candidates.workspace_id
            and secondaries.conversation_id = best_candidates.conversation_id
    left join pairs as pairs_of_linked
        on
            links.workspace_id = pairs_of_linked.workspace_id
            and links.linked_id = pairs_of_linked.conversation_id
            and links.conversation_id = pairs_of_linked.primary_id
    where
        links.is_conversation
        and best_candidates.conversation_id is null
        and pairs_of_linked.conversation_id is null
    group by secondaries.workspace_id, secondaries.conversation_id
    having count(distinct links.linked_id) = 1
),

final as (
    select
        secondaries.workspace_id,
        secondaries.conversation_id,
        coalesce(pairs.primary_id, linked_pairs.primary_id) as merged_into_conversation_id,
        secondaries.merged_at,
    from secondaries
    left join pairs
        on secondaries.workspace_id = pairs.workspace_id and secondaries.conversation_id = pairs.conversation_id
    left join linked_pairs
        on
            secondaries.workspace_id = linked_pairs.workspace_id
            and secondaries.conversation_id = linked_pairs.conversation_id
)

select * from final
