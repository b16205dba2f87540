{#
    The aggregates of a group of conversations: one select list for teams, companies, contacts and tags. So a column means the same in
    each of these marts. `conversation` is the alias of `conversation_metrics` in the join. A group without conversations counts 0.
    A conversation that was merged into another is no conversation here, because its customer is served in the other. What people
    wrote in it counts: messages and ratings.
#}
{% macro group_metrics(conversation) -%}
    {%- set is_counted = 'not ' ~ conversation ~ '.is_merged_away' -%}
    {%- set counted = {} -%}
    {%- for column in ['count_parts', 'count_reopens', 'count_assignments', 'created_at'] -%}
        {%- do counted.update({column: 'case when ' ~ is_counted ~ ' then ' ~ conversation ~ '.' ~ column ~ ' end'}) -%}
    {%- endfor -%}
    {{ count_if(is_counted) }} as conversations,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ ".state <> 'closed'") }} as open_conversations,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ ".state = 'closed'") }} as closed_conversations,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ '.count_reopens > 0') }} as reopened_conversations,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ '.is_bot_only') }} as bot_only_conversations,
    {{ count_if(is_counted ~ ' and ' ~ conversation ~ '.is_ai_agent_resolved') }} as ai_agent_resolved_conversations,
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
    {{ percentile(counted.count_reopens, 50) }} as median_reopens,
    {{ percentile(counted.count_assignments, 50) }} as median_assignments,
    {%- for duration in ['time_to_first_reply', 'time_to_last_close', 'time_to_resolution'] %}
        {{ percentiles(conversation ~ '.' ~ duration, duration, only_when=is_counted) }}
    {%- endfor %}
    min({{ counted.created_at }}) as first_conversation_at,
    max({{ counted.created_at }}) as last_conversation_at,
{%- endmacro %}
