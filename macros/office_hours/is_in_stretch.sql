{# A condition to join `office_hours` by: every instant is in one stretch of its day, so that the join is by day and looks at two times. #}
{% macro is_in_stretch(instant) -%}
    cast({{ instant }} as date) = office_hours.utc_day
    and {{ instant }} >= office_hours.stretch_from
    and {{ instant }} < office_hours.stretch_to
{%- endmacro %}
