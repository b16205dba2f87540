{# The later of two dates or timestamps; where one is null, the other (`greatest()` differs between the engines there). #}
{% macro later_of(one, other) %}greatest(coalesce({{ one }}, {{ other }}), coalesce({{ other }}, {{ one }})){% endmacro %}
