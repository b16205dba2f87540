{# Whether a part assigns: assignment, assign_and_reopen, away_mode_assignment, default_assignment, … #}
{% macro is_assignment_part(part_type) -%}
    coalesce({{ part_type }} like 'assign%' or {{ part_type }} like '%_assignment', false)
{%- endmacro %}
