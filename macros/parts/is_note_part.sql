{# Whether a part is what teammates write to each other: note, note_and_reopen, … #}
{% macro is_note_part(part_type) %}coalesce({{ part_type }} like 'note%', false){% endmacro %}
