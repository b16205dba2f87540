{# A condition: one row was fetched after another, or at the same second and loaded after it. #}
{% macro is_later(fetched_at, loaded_at, other_fetched_at, other_loaded_at) -%}
    ({{ fetched_at }} > {{ other_fetched_at }} or ({{ fetched_at }} = {{ other_fetched_at }} and {{ loaded_at }} > {{ other_loaded_at }}))
{%- endmacro %}
