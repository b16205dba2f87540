{#
    Whether Intercom recorded the part about itself. A text on such a part (a rating's remark, an attribute's value) is no message.
    Unknown types are no events, so that a message of a new kind is not lost. `has_details`: a condition that only events fulfil, by
    which a part of an unknown type is an event all the same.
#}
{% macro is_event_part(part_type, has_details) -%}
    coalesce(
        {{ part_type }} not in ('comment', 'quick_reply', 'open', 'close', 'snoozed')
        and {{ part_type }} not like '%assign%'
        and (
            {{ has_details }}
            or {{ part_type }} like '%_updated_by_%'
            or {{ part_type }} like '%_updated'
            or {{ part_type }} like '%_changed'
            or {{ part_type }} like '%_details'
            or {{ part_type }} like '%_event'
            or {{ part_type }} like 'custom_action_%'
            or {{ part_type }} like 'conversation_rating_%'
            or {{ part_type }} like 'participant_%'
            or {{ part_type }} like 'merged_%'
        ),
        false
    )
{%- endmacro %}
