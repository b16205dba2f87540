{# Whether a text is a date or time in ISO 8601. The casts of the two engines take more, and each takes something else. #}
{% macro is_iso_time(text) -%}
    {{ matches_pattern(
        text,
        '^[12][0-9]{3}-[01][0-9]-[0-3][0-9]([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?$'
    ) }}
{%- endmacro %}
