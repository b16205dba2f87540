{#
    A bound of the 95 % score interval of a share (E. B. Wilson, JASA 22 (1927), 209-212); `side` is '-' for the lower, '+' for
    the upper one. Null when there are no cases. It stays within 0 and 1 and is no point at a share of 0, as p ± 1.96 s would be.
#}
{% macro wilson_bound(successes, cases, side) -%}
    {%- set z = normal_quantile_975() -%}
    case
        -- At shares of 0 and 1 the bounds are exact, without rounding errors.
    {%- if side == '-' %}
            when {{ cases }} > 0 and {{ successes }} = 0 then 0.0
        {%- else %}
            when {{ cases }} > 0 and {{ successes }} = {{ cases }} then 1.0
    {%- endif %}
        when {{ cases }} > 0
            then (
                {{ successes }} + {{ z }} * {{ z }} / 2.0
                {{ side }} {{ z }} * sqrt(
                    {{ as_float(successes) }} * ({{ cases }} - {{ successes }}) / {{ cases }} + {{ z }} * {{ z }} / 4.0
                )
            ) / ({{ cases }} + {{ z }} * {{ z }})
    end
{%- endmacro %}
