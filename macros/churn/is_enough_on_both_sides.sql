{# Whether a row of `exposure_odds` has enough with the exposure and enough without it (`is_enough`), a test and an odds ratio. #}
{% macro is_enough_on_both_sides() -%}
    p_value is not null
    and clustered_p_value is not null
    and adjusted_odds_ratio is not null
    {%- for side in ['exposed', 'unexposed'] %}
    and {{ is_enough(
        side ~ '_account_months', side ~ '_accounts', side ~ '_churned_accounts', side ~ '_account_months - ' ~ side ~ '_churned'
    ) }}
    {%- endfor %}
{%- endmacro %}
