{# Whole months from one date to a later one: from the 5th to the 4th of the next month is none. #}
{% macro months_between(from_on, to_on) -%}
    (
        (extract(year from {{ to_on }}) - extract(year from {{ from_on }})) * 12
        + extract(month from {{ to_on }}) - extract(month from {{ from_on }})
        - case when extract(day from {{ to_on }}) < extract(day from {{ from_on }}) then 1 else 0 end
    )
{%- endmacro %}
