{#
    An aggregate of a duration in office hours; null where one of the durations that it is made of is unknown, since it lies outside
    the clock: the rest of them would pass for all. `calendar` is the same duration on the calendar's clock, which is always known.
#}
{% macro if_all_known(aggregate, office, calendar) %}case when count({{ office }}) = count({{ calendar }}) then {{ aggregate }} end{% endmacro %}
