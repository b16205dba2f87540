{# A wording (`word_runs`) as people write it: l’export in one word, and no spaces where the script has none. #}
{% macro shown_phrase(wording) -%}
    case when {{ has_no_spaces(wording) }} then replace({{ wording }}, ' ', '') else replace({{ wording }}, '’ ', '’') end
{%- endmacro %}
