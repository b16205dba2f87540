{#
    Two-sided p-value by the normal distribution from |z| / sqrt 2, which must be a column (it is written out dozens of times).
    A chi-squared with one degree of freedom is a squared z: its upper tail is this with sqrt(chi-squared / 2).
#}
{% macro two_sided_p_value(z_over_root_2) %}{{ error_function_complement(z_over_root_2) }}{% endmacro %}
