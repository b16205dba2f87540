{#
    A query: each row of `rows` once in each kind of group, total, team and channel, with its period (`week` or `month`) and its group:
    grouped_by, group_team_id and group_channel. `rows` has workspace_id, team_id, channel and day.
#}
{% macro in_each_grouping(rows, period) -%}
    select
        {{ rows }}.*,
        {{ start_of_period(period, rows ~ '.day') }} as {{ period }},
        groupings.grouped_by,
        case when groupings.grouped_by = 'team' then {{ rows }}.team_id else 'all' end as group_team_id,
        case when groupings.grouped_by = 'channel' then {{ rows }}.channel else 'all' end as group_channel,
    from {{ rows }}
    cross join (
    {%- for grouped_by in ['total', 'team', 'channel'] %}
        {% if not loop.first %}union all{% endif %}
        select '{{ grouped_by }}' as grouped_by
    {%- endfor %}
    ) as groupings
{%- endmacro %}
