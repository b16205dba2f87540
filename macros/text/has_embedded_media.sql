{#
    True when a body without any text still shows something: a pasted screenshot is an <img> in the HTML, not an attachment. True as well
    where the text is not stored.
    Without this rule, a customer's screenshot would not count as a message.
#}
{% macro has_embedded_media(body_text, body_html) -%}
    case
        when {{ body_text }} = {{ body_not_stored() }} then true
        when nullif({{ body_text }}, '') is not null then false
        else coalesce(
            lower({{ body_html }}) like '%<img%'
            or lower({{ body_html }}) like '%<video%'
            or lower({{ body_html }}) like '%<audio%'
            or lower({{ body_html }}) like '%<iframe%',
            false
        )
    end
{%- endmacro %}
