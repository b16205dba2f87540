{#
    The figures of a period, from rows of `support_events`: one select list for days, weeks, months, teams, channels, tags and companies,
    so a column means the same in each of these marts. It has two steps:

    - `period_metrics()` in the query that groups events: the columns `event`, `seconds` … have no alias,
    - `period_metrics(counted)` in the query that has a row per period, also where nothing happened. `counted` is the alias of the first
      step's result in a left join. Counts of nothing are 0; shares, means and percentiles of nothing are null.

    With `is_ranked`, the rows of the first step come from `with_ranks`, by group and `event`: for groups that may have millions of events.
    `only` names the counts and shares that are wanted, for a mart of something that has no others.
#}
{% macro period_metrics(counted=none, only=none, is_ranked=false) -%}
    {%- set counts = period_counts() -%}
    {%- set shares = period_shares() -%}
    {%- for name, condition in counts.items() if only is none or name in only %}
        {% if counted %}coalesce({{ counted }}.{{ name }}, 0){% else %}{{ count_if(condition) }}{% endif %} as {{ name }},
    {%- endfor %}
    {%- for name, (part, whole) in shares.items() if counted and (only is none or name in only) %}
        {{ safe_share(counted ~ '.' ~ part, counted ~ '.' ~ whole) }} as {{ name }},
    {%- endfor %}
    {%- if only is none %}
        {% if counted %}{{ counted }}.average_cx_score{% else %}avg(case when event = 'new' then cx_score end) as average_cx_score{% endif %},
    {%- endif %}
    {%- for event in ['first_reply', 'reply', 'resolution'] %}
        {%- for percent in [50, 90] %}
            {%- for hours in ['', 'office_'] %}
                {%- set name = 'p' ~ percent ~ '_time_to_' ~ event ~ '_' ~ hours ~ 'seconds' %}
                {% if counted %}{{ counted }}.{{ name }}
                {%- elif is_ranked %}{{ ranked_percentile(hours ~ 'seconds', percent, only_when="event = '" ~ event ~ "'") }} as {{ name }}
                {%- else %}{{ percentile("case when event = '" ~ event ~ "' then " ~ hours ~ 'seconds end', percent) }} as {{ name }}
                {%- endif %},
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}
