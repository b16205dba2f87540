{# The columns that name a row are never null and never name two. #}
{% test grain(model, columns) %}
    {{ names_are_ours() }}
    {{ config(tags=['daily']) }}
    select
        {{ columns | join(',\n        ') }},
        count(*) as rows_count,
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns %}
        or {{ column }} is null
        {%- endfor %}
{% endtest %}
