{# CTEs: the newest messages that customers wrote something in (`looked_at`), and the topics of these (`matches`). #}
{% macro looked_at_steps(messages_max) -%}
newest as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sent_at,
    from {{ built_model('int_conversation_messages') }}
    where author_kind = 'customer' and body is not null and trim(body) <> ''
    order by sent_at desc, workspace_id, conversation_id, message_id
    limit {{ messages_max }}
),

looked_at as (
    select
        *,
        concat(workspace_id, ' ', conversation_id, ' ', message_id) as message,
    from newest
),

matches as (
    select
        looked_at.message,
        found.topic,
        found.kind,
        found.quote,
        found.sent_at,
    from looked_at
    inner join {{ built_model('int_feedback_matches') }} as found
        on
            looked_at.workspace_id = found.workspace_id
            and looked_at.conversation_id = found.conversation_id
            and looked_at.message_id = found.message_id
)
{% endmacro %}
