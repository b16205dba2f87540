{# The earlier of two dates or timestamps; where one is null, the other (`least()` differs between the engines there). #}
{% macro earlier_of(one, other) %}least(coalesce({{ one }}, {{ other }}), coalesce({{ other }}, {{ one }})){% endmacro %}
