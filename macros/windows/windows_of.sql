{#
    A query: the windows of each workspace, from its last whole week back: window_weeks, window (`latest`, and `before` of the same length) and
    the days in it, starts_on until before ends_before_on. `is_whole` tells whether the data know the window from its beginning.
    `support_weekly` is the relation of that mart.
#}
{% macro windows_of(support_weekly) -%}
    select
        weeks.workspace_id,
        lengths.window_weeks,
        sides.window_name,
        {{ add_days('weeks.last_week', '7 - 7 * lengths.window_weeks * (sides.windows_back + 1)') }} as starts_on,
        {{ add_days('weeks.last_week', '7 - 7 * lengths.window_weeks * sides.windows_back') }} as ends_before_on,
        {{ add_days('weeks.last_week', '7 - 7 * lengths.window_weeks * (sides.windows_back + 1)') }} >= weeks.first_week as is_whole,
    from (
        select
            workspace_id,
            min(week) as first_week,
            max(week) as last_week,
        from {{ support_weekly }}
        where grouped_by = 'total' and is_whole
        group by workspace_id
    ) as weeks
    cross join (
    {%- for length in window_lengths() %}
        {% if not loop.first %}union all{% endif %}
        select {{ as_int(length) }} as window_weeks
    {%- endfor %}
    ) as lengths
    cross join (
        select
            'latest' as window_name,
            0 as windows_back,
        union all
        select
            'before' as window_name,
            1 as windows_back,
    ) as sides
{%- endmacro %}
