{# The place of the band (`duration_bands`) that a duration is in, 1 for the shortest. #}
{% macro duration_band_number(seconds) -%}
    case
    {%- for band in duration_bands() %}
        {% if band.until_seconds %}when {{ seconds }} < {{ band.until_seconds }} then{% else %}else{% endif %}
            {{ as_int(loop.index) }}
    {%- endfor %}
    end
{%- endmacro %}
