{#
    The only rule for public messages, redacted ones included. Cards, articles, calls and stickers come as empty comments, and somebody
    saw them. Without them an answered customer would seem to wait. The relation has is_note, is_event, is_with_body and part_type.
#}
{% macro is_public_message_part() -%}
    case
        when is_note or is_event then false
        when part_type in ('comment', 'quick_reply') then true
        else is_with_body
    end
{%- endmacro %}
