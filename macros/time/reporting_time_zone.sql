{# The time zone whose days, weeks and months the marts count in (`vars: reporting_time_zone`), as a literal. #}
{% macro reporting_time_zone() %}{{ time_zone_literal('reporting_time_zone', var('reporting_time_zone')) }}{% endmacro %}
