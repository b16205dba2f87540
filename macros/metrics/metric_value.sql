{#
    Expressions for a row of `rows` crossed with a row of `metrics`, which has the name of a key figure: `value`, that figure, and `n`, of how many
    things it is. `metrics` maps each figure to the column with its n, or to none: a count is of itself.
#}
{% macro metric_value(metrics, rows) -%}
    case metrics.metric
            {%- for metric in metrics %}
                when '{{ metric }}' then {{ as_float(rows ~ '.' ~ metric) }}
            {%- endfor %}
        end as value,
        case metrics.metric
            {%- for metric, of in metrics.items() if of %}
                when '{{ metric }}' then {{ rows }}.{{ of }}
            {%- endfor %}
        end as n,
{%- endmacro %}
