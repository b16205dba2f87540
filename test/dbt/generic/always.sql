{# A statement that holds for every row. Unknown (null) counts as broken: say in the condition when null is right. #}
{% test always(model, condition) %}
    {{ names_are_ours() }}
    {{ config(tags=['daily']) }}
    select *
    from {{ model }}
    where not coalesce({{ condition }}, false)
{% endtest %}
