-- one row per customer message and topic of the message, with the first sentence that names the topic
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions', 'rebuilt_with': ['int_topic_phrases'], 'logic_version': 2},
    unique_key=['workspace_id', 'conversation_id', 'message_id', 'topic'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

parts as (
    {{ changed_rows(ref('int_conversation_parts'), months) }}
),

messages as (
    {{ messages_of('conversations', 'parts') }}
),

{{ sentence_steps('messages') }},

phrases as (
    select * from {{ ref('int_topic_phrases') }}
),

{{ match_steps() }},

first_matches as (
    select
        workspace_id,
        conversation_id,
        message_id,
        topic,
        min(kind) as kind,
        min(sentence_number) as sentence_number,
    from matches
    group by workspace_id, conversation_id, message_id, topic
),

final as (
    select
        first_matches.workspace_id,
        first_matches.conversation_id,
        first_matches.message_id,
        first_matches.topic,
        first_matches.kind,
        sentences.sentence as quote,
        sentences.sent_at,
        changed.conversation_created_at,
    from first_matches
    inner join sentences
        on
            first_matches.workspace_id = sentences.workspace_id
            and first_matches.conversation_id = sentences.conversation_id
            and first_matches.message_id = sentences.message_id
            and first_matches.sentence_number = sentences.sentence_number
    inner join changed
        on
            first_matches.workspace_id = changed.workspace_id
            and first_matches.conversation_id = changed.conversation_id
)

select * from final
