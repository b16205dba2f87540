{#
    The columns that parts of conversations and parts of tickets have in common: one block of a staging model's select list, 'ids',
    'attributes' or 'booleans'. `payload` is the part's payload as a `json_document`; the relation has body_text.
#}
{% macro part_columns(payload, block) -%}
    {%- if block == 'ids' -%}
        {{ json_id(payload, '$.author.id') }} as author_id,
        {{ json_id(payload, '$.assigned_to.id') }} as assigned_to_id,
        nullif({{ json_str(payload, '$.external_id') }}, '') as external_id,
    {%- elif block == 'attributes' -%}
        {{ stored_body('body_text') }} as body,
        {{ json_str(payload, '$.author.type') }} as author_type,
        {{ json_str(payload, '$.author.name') }} as author_name,
        {{ json_str(payload, '$.author.email') }} as author_email,
        {{ json_str(payload, '$.assigned_to.type') }} as assigned_to_type,
        {{ json_str(payload, '$.app_package_code') }} as app_package_code,
        {{ json_length(payload, '$.attachments') }} as attachments_count,
    {%- elif block == 'booleans' -%}
        coalesce({{ json_bool(payload, '$.redacted') }}, false) as is_redacted,
        coalesce({{ json_bool(payload, '$.author.from_ai_agent') }}, false) as is_from_ai_agent,
        coalesce({{ json_bool(payload, '$.author.is_ai_answer') }}, false) as is_ai_answer,
        {{ has_embedded_media('body_text', json_str(payload, '$.body')) }} as is_media,
    {%- endif -%}
{%- endmacro %}
