{# The earlier of two dates or timestamps; the other one where one is null (least() differs between the engines then). #}
{% macro earlier_of(one, other) %}least(coalesce({{ one }}, {{ other }}), coalesce({{ other }}, {{ one }})){% endmacro %}
