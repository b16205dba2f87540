{# A sentence about a feature and churn among account-months of the same stratum, from `adjusted_slope` and `adjusted_q_value`. #}
{% macro reading_among_alike() -%}
    concat(
        'Among account-months of the same ',
        case when feature = 'tickets' then '{{ stratum_words(with_tickets=false) }}' else '{{ stratum_words() }}' end,
        case
            when adjusted_q_value is null then ', nothing can be compared.'
            when adjusted_q_value >= 0.05 then concat(', no relation is visible (q ', {{ p_value_text('adjusted_q_value') }}, ').')
            else concat(
                ', churn is ', case when adjusted_slope > 0 then 'more' else 'less' end, ' common where it is higher (q ',
                {{ p_value_text('adjusted_q_value') }}, ').'
            )
        end
    )
{%- endmacro %}
