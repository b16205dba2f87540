{# The regular expression of a mark between clauses: no phrase goes across it. #}
{% macro clause_mark_pattern() %}[.,;:!?…·•()\[\]"«»„“”/–—、。，；：？！（）「」『』،؛؟]{% endmacro %}
