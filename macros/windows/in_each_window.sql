{#
    A query: each row of `rows` once for each of the `windows` (`windows_of`) that has its day, and in it once for each kind of group: total,
    team, channel, and team in a channel. The columns group_team_id and group_channel are `all` where the group is not of one.
    `rows` has workspace_id, team_id, channel and day.
#}
{% macro in_each_window(rows, windows) -%}
    select
        {{ rows }}.*,
        {{ windows }}.window_weeks,
        {{ windows }}.window_name,
        groupings.grouped_by,
        case when groupings.is_by_team then {{ rows }}.team_id else 'all' end as group_team_id,
        case when groupings.is_by_channel then {{ rows }}.channel else 'all' end as group_channel,
    from {{ rows }}
    inner join {{ windows }}
        on
            {{ rows }}.workspace_id = {{ windows }}.workspace_id
            and {{ rows }}.day >= {{ windows }}.starts_on
            and {{ rows }}.day < {{ windows }}.ends_before_on
    cross join (
    {%- for grouped_by, by in {'total': [], 'team': ['team'], 'channel': ['channel'], 'team_channel': ['team', 'channel']}.items() %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ grouped_by }}' as grouped_by,
            {{ 'true' if 'team' in by else 'false' }} as is_by_team,
            {{ 'true' if 'channel' in by else 'false' }} as is_by_channel,
    {%- endfor %}
    ) as groupings
{%- endmacro %}
