{#
    A ticket's description as plain text. Intercom may send HTML, and the loader makes plain text of HTML (`plain`). Intercom may also
    send plain text, whose line breaks and angle brackets `plain` would lack. HTML begins with an element of a text.
#}
{% macro description_text(sent, plain) -%}
    nullif(
        case
            when {{ matches_pattern(sent, '^[[:space:]]*<(p|div|h[1-6]|ul|ol|br|b|i|strong|em|a|img|pre|table|span|blockquote)[[:space:]/>]') }}
                then {{ plain }}
            else coalesce({{ sent }}, {{ plain }})
        end,
        ''
    )
{%- endmacro %}
