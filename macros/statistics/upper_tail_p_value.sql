{#
    One-sided p-value by the normal distribution: how likely a z as large or larger is. `z_over_root_2` is |z| / sqrt 2, which must be a
    column (it is written out dozens of times).
#}
{% macro upper_tail_p_value(z, z_over_root_2) -%}
    case
        when {{ z }} >= 0 then {{ error_function_complement(z_over_root_2) }} / 2.0
        when {{ z }} < 0 then 1.0 - {{ error_function_complement(z_over_root_2) }} / 2.0
    end
{%- endmacro %}
