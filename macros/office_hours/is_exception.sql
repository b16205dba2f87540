{# Whether an exception to office hours can be understood: a date that the calendar has, and one of the two known types. #}
{% macro is_exception(day_text, exception_type) -%}
    coalesce(
        cast({{ safe_date(day_text) }} as string) = {{ day_text }} and {{ exception_type }} in ('closed', 'custom_hours'),
        false
    )
{%- endmacro %}
