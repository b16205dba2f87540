{#
    A query: one row per group and day of `days`, with the backlog at the end of the day in the columns of `backlog_splits`.
    `backlog_days`: runs of days with the group's columns, `from_on`, `until_on`, `backlog_class` and `age_band`; `keys`: the group's columns.
    Each run adds one on its first day and takes it away on the day after its last, so the cost follows the changes.
#}
{% macro split_backlog(backlog_days, days, keys) -%}
    with

    changes as (
        select
            {{ select_columns(keys) }}
            from_on as day,
    {%- for split in backlog_splits() %}
            case when {{ split.condition }} then 1 else 0 end as {{ split.column }},
    {%- endfor %}
            0 as is_asked_for,
        from {{ backlog_days }} as backlog_days
        union all
        select
            {{ select_columns(keys) }}
            until_on as day,
    {%- for split in backlog_splits() %}
            case when {{ split.condition }} then -1 else 0 end as {{ split.column }},
    {%- endfor %}
            0 as is_asked_for,
        from {{ backlog_days }} as backlog_days
        where until_on is not null
        union all
        -- Changes can be on days that have no row, when a wrong date gave a later day one.
        select
            {{ select_columns(keys) }}
            day,
    {%- for split in backlog_splits() %}
            0 as {{ split.column }},
    {%- endfor %}
            1 as is_asked_for,
        from {{ days }} as days
    ),

    changes_of_day as (
        select
            {{ select_columns(keys) }}
            day,
    {%- for split in backlog_splits() %}
            sum({{ split.column }}) as {{ split.column }},
    {%- endfor %}
            max(is_asked_for) as is_asked_for,
        from changes
        group by {{ keys | join(', ') }}, day
    ),

    added_up as (
        select
            {{ select_columns(keys) }}
            day,
            is_asked_for,
    {%- for split in backlog_splits() %}
            {{ sum_int(
                split.column,
                over='over (partition by ' ~ keys | join(', ') ~ ' order by day rows between unbounded preceding and current row)',
            ) }} as {{ split.column }},
    {%- endfor %}
        from changes_of_day
    )

    select * from added_up
    where is_asked_for = 1
{%- endmacro %}
