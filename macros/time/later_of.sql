{# The later of two dates or timestamps; the other one where one is null (greatest() differs between the engines then). #}
{% macro later_of(one, other) %}greatest(coalesce({{ one }}, {{ other }}), coalesce({{ other }}, {{ one }})){% endmacro %}
