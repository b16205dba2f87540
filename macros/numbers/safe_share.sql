{# A number as a share of another, 0 to 1; null when the other is 0, because a share of nothing is unknown, not 0 %. #}
{% macro safe_share(part, whole) %}{{ part }} / nullif({{ whole }}, 0){% endmacro %}
