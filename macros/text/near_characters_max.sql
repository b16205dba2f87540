{# How many characters before or after a text the other part of a topic's phrase is looked for: about seven words. #}
{% macro near_characters_max(has_no_spaces) %}case when {{ has_no_spaces }} then 15 else 40 end{% endmacro %}
