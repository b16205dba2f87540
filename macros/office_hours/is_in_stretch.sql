{#
    A condition to join `int_office_hours` by: the instant is in this stretch of its UTC day. The day is compared first, so that the
    join is by day and looks at two times. `stretch` is the alias of `int_office_hours`.
#}
{% macro is_in_stretch(stretch, instant) -%}
    cast({{ instant }} as date) = {{ stretch }}.utc_day
    and {{ instant }} >= {{ stretch }}.stretch_from
    and {{ instant }} < {{ stretch }}.stretch_to
{%- endmacro %}
