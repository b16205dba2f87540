{#
    The aggregates of a group of conversations: one select list for teams, companies, contacts and tags. So a column means the same in
    each of these marts. `conversation` is the alias of `conversation_metrics` in the join. A group without conversations counts 0.
    A conversation that was merged into another is no conversation here, because its customer is served in the other. What people
    wrote in it counts: messages and ratings.
    With `is_ranked`, the rows come from `with_ranks`, by the group and `is_merged_away`: for groups that may have millions of conversations.
    Times to a close start when the customer writes. A campaign that sleeps for a week and is answered in an hour took an hour.
#}
{% macro group_metrics(conversation, is_ranked=false) -%}
    {%- set is_counted = 'not ' ~ conversation ~ '.is_merged_away' -%}
    {%- set counted = {} -%}
    {%- for column in ['count_parts', 'count_reopens', 'count_assignments', 'created_at', 'cx_score'] -%}
        {%- do counted.update({column: 'case when ' ~ is_counted ~ ' then ' ~ conversation ~ '.' ~ column ~ ' end'}) -%}
    {%- endfor -%}
    {%- set is_resolved = is_counted ~ ' and ' ~ conversation ~ '.time_to_resolution_after_customer_seconds is not null' -%}
    {{ count_if(is_counted) }} as conversations,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ ".state <> 'closed'") }} as open_conversations,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ ".state = 'closed'") }} as closed_conversations,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ '.count_reopens > 0') }} as reopened_conversations,
    {{ count_if(
        is_counted ~ ' and ' ~ conversation ~ '.count_customer_messages = 0 and ' ~ conversation ~ '.first_customer_message_at is null'
    ) }} as outbound_unanswered_conversations,
    {{ count_if(is_resolved) }} as customer_resolutions,
    {{ count_if(is_resolved ~ ' and ' ~ conversation ~ '.is_first_contact_resolution is not null') }} as complete_resolutions,
    {{ count_if(is_resolved ~ ' and ' ~ conversation ~ '.is_first_contact_resolution') }} as first_contact_resolutions,
    {{ safe_share(
        count_if(is_resolved ~ ' and ' ~ conversation ~ '.is_first_contact_resolution'),
        count_if(is_resolved ~ ' and ' ~ conversation ~ '.is_first_contact_resolution is not null')
    ) }} as first_contact_resolution_rate,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ '.is_bot_only') }} as bot_only_conversations,
    {%- for outcome, flag in {
        'involved': 'is_ai_agent_participant', 'answered': 'is_ai_agent_answered', 'deflected': 'is_ai_agent_deflected',
        'resolved': 'is_ai_agent_resolved', 'handed_over': 'is_ai_agent_handed_over',
    }.items() %}
        {{ count_if(is_counted ~ ' and ' ~ conversation ~ '.' ~ flag) }} as ai_agent_{{ outcome }}_conversations,
    {%- endfor %}
    count({{ conversation }}.ai_agent_rating) as ai_agent_ratings,
    {{ count_if(conversation ~ '.ai_agent_rating >= 4') }} as ai_agent_ratings_satisfied,
    {{ safe_share(count_if(conversation ~ '.ai_agent_rating >= 4'), 'count(' ~ conversation ~ '.ai_agent_rating)') }} as ai_agent_csat,
    count({{ counted.cx_score }}) as cx_scores,
    avg({{ counted.cx_score }}) as average_cx_score,
    coalesce({{ sum_int(conversation ~ '.count_customer_messages') }}, 0) as customer_messages,
    coalesce({{ sum_int(conversation ~ '.count_teammate_messages') }}, 0) as teammate_messages,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ ".sla_status = 'hit'") }} as sla_hit_conversations,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ ".sla_status = 'missed'") }} as sla_missed_conversations,
    count({{ conversation }}.rating_requested_at) as ratings_requested,
    count({{ conversation }}.rating) as ratings_answered,
    {{ count_if(conversation ~ '.rating >= 4') }} as ratings_satisfied,
    {{ safe_share('count(' ~ conversation ~ '.rating)', 'count(' ~ conversation ~ '.rating_requested_at)') }} as rating_response_rate,
    {{ safe_share(count_if(conversation ~ '.rating >= 4'), 'count(' ~ conversation ~ '.rating)') }} as csat,
    avg({{ conversation }}.rating) as average_rating,
    avg({{ counted.count_parts }}) as average_parts,
    {%- for column in ['reopens', 'assignments'] %}
        {% if is_ranked %}{{ ranked_percentile('count_' ~ column, 50, is_counted, of=conversation) }}
        {%- else %}{{ percentile(counted['count_' ~ column], 50) }}{% endif %} as median_{{ column }},
    {%- endfor %}
    {{ percentiles('time_to_first_reply', 'time_to_first_reply', is_counted, conversation, is_ranked) }}
    {%- for duration in ['time_to_last_close', 'time_to_resolution'] %}
        {{ percentiles(duration ~ '_after_customer', duration, is_counted, conversation, is_ranked) }}
    {%- endfor %}
    min({{ counted.created_at }}) as first_conversation_at,
    max({{ counted.created_at }}) as last_conversation_at,
{%- endmacro %}
