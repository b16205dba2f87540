{#
    The columns that name a row are never null and never name two. Of models whose rows no hourly `sound_rows` looks at, the columns
    `never_null` are not null either: one test for both, because BigQuery bills each for what the model reads.
#}
{% test grain(model, columns, never_null=[]) %}
    {{ names_are_ours() }}
    {{ config(tags=['daily']) }}
    {%- set broken = [] -%}
    {%- for column in never_null -%}
        {%- do broken.append(column ~ ' is null') -%}
    {%- endfor %}
    select
        {{ columns | join(',\n        ') }},
        count(*) as rows_count,
        {%- if broken %}
        {{ count_if(broken | join(' or ')) }} as rows_with_nulls,
        {%- endif %}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns %}
        or {{ column }} is null
        {%- endfor %}
        {%- if broken %}
        or {{ count_if(broken | join(' or ')) }} > 0
        {%- endif %}
{% endtest %}
