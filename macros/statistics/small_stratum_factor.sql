{#
    What an account's sum of deviations from its stratum's means is multiplied by, before it is squared: the root of g / (g - 1), g the
    stratum's accounts. Deviations from a mean of few are smaller than from the true one, and a test would find too much.
#}
{% macro small_stratum_factor(accounts) -%}
    sqrt({{ as_float(accounts) }} / greatest({{ accounts }} - 1, 1))
{%- endmacro %}
