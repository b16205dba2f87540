{# Seconds of office hours are some of the calendar's, which the column of the same name without `office_` has. #}
{% test office_twin(model, column_name) %}
    {{ names_are_ours() }}
    {{ config(tags=['daily']) }}
    {%- set calendar_column = column_name | replace('_office_seconds', '_seconds') %}
    select *
    from {{ model }}
    where {{ column_name }} is not null and not coalesce({{ column_name }} between 0 and {{ calendar_column }}, false)
{% endtest %}
