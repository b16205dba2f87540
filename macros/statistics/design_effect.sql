{#
    How many times larger the variance of a share is than with independent cases, because a cluster's cases go together (L. Kish, Survey
    Sampling, 1965): the clusters' variance of the share, over p (1 - p) / cases. At least 1. A share of 0 or 1 shows no variance, and
    one cluster has none: each cluster's cases count as one then, which is the most careful reading.
    Cases divided by it are as good as independent ones. All arguments are whole numbers: the clusters, their cases and successes, and over
    the clusters the sums of cases², cases × successes and successes².
#}
{% macro design_effect(clusters, cases, successes, squared_cases, cases_times_successes, squared_successes) -%}
    {%- set share = '(' ~ successes ~ ' / ' ~ as_float(cases) ~ ')' -%}
    case
        when {{ clusters }} > 1 and {{ successes }} > 0 and {{ successes }} < {{ cases }}
            then greatest(
                1.0,
                ({{ squared_successes }} - 2.0 * {{ share }} * {{ cases_times_successes }} + {{ share }} * {{ share }} * {{ squared_cases }})
                * {{ clusters }} / ({{ clusters }} - 1.0)
                / ({{ cases }} * {{ share }} * (1.0 - {{ share }}))
            )
        else {{ as_float(squared_cases) }} / {{ cases }}
    end
{%- endmacro %}
