{# The end of a query of raw rows as `complete`: of the copies of a record, the first by these columns, the newest first. #}
{% macro first_copy(order) -%}
    qualify
        row_number() over (
            partition by complete._workspace_id, complete.id
            order by {% for column in order %}complete.{{ column }} desc{{ ', ' if not loop.last }}{% endfor %}
        ) = 1
{%- endmacro %}
