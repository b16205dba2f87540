-- one row per workspace, conversation and kind of quality findings: the list that the search gave last
{{ config(
    materialized='versioned_incremental',
    meta={'created_with': 'conversations'},
    unique_key=['workspace_id', 'conversation_id', 'kind'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'conversations'), {'workspace_id': '_workspace_id', 'conversation_id': 'id'}, month='conversation_created_at') }}",
) }}
{%- set since = last_load_taken_in() %}
{%- set order = ['_fetched_at', '_loaded_at'] %}
{%- set is_near = is_in_months_loaded('built') %}
{%- set kinds = {'monitors': 'monitor_evaluations', 'scorecards': 'scorecards'} %}

with

loaded as (
    {{ complete_rows('conversations', last_load_taken_in()) }}
),

-- Only a search gives findings. A retrieval without one leaves the column empty, which does not mean that there are none: an empty
-- list does. A load that was late does not bring older findings back: what the model has, or has newer, is left out before it is parsed.
given as (
    {%- for kind, column in kinds.items() %}
        {%- set is_of_kind = is_near ~ " and built.kind = '" ~ kind ~ "'" %}
        {% if not loop.first %}union all{% endif %}
        select
            loaded._workspace_id,
            loaded.id,
            '{{ kind }}' as kind,
            {{ json_obj('loaded.' ~ column, '$') }} as findings,
            loaded.created_at,
            loaded._fetched_at,
            loaded._loaded_at,
        from loaded
        where
            {{ loaded_since('loaded._loaded_at', since) }}
            and loaded.{{ column }} is not null
            and {{ 'not ' ~ is_built('loaded', 'conversation_id', order, is_of_kind) if is_update() else 'true' }}
    {%- endfor %}
),

newest as (
    select *
    from given
    where findings is not null
    qualify row_number() over (partition by _workspace_id, id, kind order by _fetched_at desc, _loaded_at desc) = 1
),

final as (
    select
        _workspace_id as workspace_id,
        id as conversation_id,
        kind,
        findings,
        created_at as conversation_created_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from newest
)

select * from final
