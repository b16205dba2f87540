{# A phrase is left out where so large a share of its conversations says it in one longer phrase. #}
{% macro phrase_overlap_min() %}0.9{% endmacro %}
