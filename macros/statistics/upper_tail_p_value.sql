{#
    One-sided p-value by the normal distribution: how likely a z as large or larger is. `two_sided` is the column with its `two_sided_p_value`,
    which is a step of its own: an expression within an expression that long is too deep for some readers of SQL.
#}
{% macro upper_tail_p_value(z, two_sided) -%}
    case
        when {{ z }} >= 0 then {{ two_sided }} / 2.0
        when {{ z }} < 0 then 1.0 - {{ two_sided }} / 2.0
    end
{%- endmacro %}
