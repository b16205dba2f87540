{#
    An aggregate of a duration in office hours. Null where one of the durations is unknown because it lies outside the clock.
    Otherwise the known durations would pass for all. `calendar` is the same duration in calendar seconds, which is always known.
#}
{% macro if_all_known(aggregate, office, calendar) %}case when count({{ office }}) = count({{ calendar }}) then {{ aggregate }} end{% endmacro %}
