{#
    A query: one row per period and group, from the group's first period to the data's last: what came in, what was done, how fast, and
    the backlog at the period's end. `period` is week or month. The groups are the whole workspace (total), each team, and each channel.
    `counted` has the figures of the events; the other arguments are relations too.
#}
{% macro support_periods(period, counted, support_daily, freshness, ranges, teams) -%}
    {#- The calendar of BigQuery ends with the year 9999. -#}
    {%- set start = "least(periods." ~ period ~ ", date '9999-11-01')" -%}
    {%- set next_start = add_days(start, 7) if period == 'week' else month_of(add_days(start, 31)) -%}
    {%- set keys = ['workspace_id', 'grouped_by', 'team_id', 'channel', period] -%}
    {%- set daily_keys = ['workspace_id', 'team_id', 'channel'] + attribute_groups() | map(attribute='column') | list -%}
    {%- set stocks = ['backlog'] + (backlog_splits() | map(attribute='column') | list) -%}
    {%- set so_far -%}
        over (
            partition by periods.{{ keys[:-1] | join(', periods.') }} order by periods.{{ period }}
            rows between unbounded preceding and current row
        )
    {%- endset -%}
    with

    freshness as (
        select * from {{ freshness }}
    ),

    ranges as (
        select * from {{ ranges }}
    ),

    teams as (
        select * from {{ teams }}
    ),

    counted as (
        select * from {{ counted }}
    ),

    -- What the backlog gained or lost on each day.
    days as (
        select
            workspace_id,
            team_id,
            channel,
            day,
            handed_in,
            handed_out,
    {%- for stock in stocks %}
        {{ stock }} - coalesce(
            lag({{ stock }}) over (partition by {{ daily_keys | join(', ') }} order by day), 0
        ) as {{ stock }}_change,
    {%- endfor %}
        from {{ support_daily }}
    ),

    grouped_days as (
        {{ in_each_grouping('days', period) }}
    ),

    periods as (
        select
            workspace_id,
            grouped_by,
            group_team_id as team_id,
            group_channel as channel,
            {{ period }},
            {{ sum_int('handed_in') }} as handed_in,
            {{ sum_int('handed_out') }} as handed_out,
    {%- for stock in stocks %}
        {{ sum_int(stock ~ '_change') }} as {{ stock }}_change,
    {%- endfor %}
        from grouped_days
        group by workspace_id, grouped_by, group_team_id, group_channel, {{ period }}
    ),

    -- Where no sync looked for every change, as in a filtered one, the first day with an event is the first known day.
    first_days as (
        select
            workspace_id,
            min(day) as first_on,
        from days
        group by workspace_id
    ),

    last_ranges as (
        select
            workspace_id,
            known_from_at,
            known_until_at,
            {{ local_date('known_from_at', reporting_time_zone()) }} as known_from_on,
        from (
            select
                workspace_id,
                max(covered_from_at) as known_from_at,
                max(covered_to_at) as known_until_at,
            from ranges
            where stream = 'conversations'
            group by workspace_id
        ) as last_ranges_of_workspaces
    ),

    -- The first day that is known from its beginning, and the day that the data end in. A sync with `--until` is younger than what it
    -- looked for.
    known_days as (
        select
            freshness.workspace_id,
            coalesce(
                case
                    when {{ wall_clock_to_utc('last_ranges.known_from_on', 0, reporting_time_zone()) }} < last_ranges.known_from_at
                        then {{ add_days('last_ranges.known_from_on', 1) }}
                    else last_ranges.known_from_on
                end,
                first_days.first_on
            ) as known_from_on,
            {{ local_date(
                earlier_of('freshness.conversations_as_of_at', 'last_ranges.known_until_at'), reporting_time_zone()
            ) }} as last_on,
        from freshness
        left join last_ranges on freshness.workspace_id = last_ranges.workspace_id
        left join first_days on freshness.workspace_id = first_days.workspace_id
    ),

    final as (
        select
            periods.{{ period }},
            periods.grouped_by,
            periods.team_id,
            periods.channel,
            periods.workspace_id,
            teams.name as team_name,
            coalesce(
                periods.{{ period }} >= known_days.known_from_on
                and {{ next_start }} <= known_days.last_on,
                false
            ) as is_whole,

    {%- for stock in stocks %}
        {{ sum_int('periods.' ~ stock ~ '_change', over=so_far) }} as {{ stock }},
    {%- endfor %}
            periods.handed_in,
            periods.handed_out,
            {{ period_metrics('counted') }}
        from periods
        left join counted
            on {{ same_columns(keys, 'periods', 'counted') }}
        left join known_days on periods.workspace_id = known_days.workspace_id
        left join teams on periods.workspace_id = teams.workspace_id and periods.team_id = teams.team_id
    )

    select * from final
{%- endmacro %}
