{#
    A text without lines of more than so many characters (1,000 at most). A longer line is cut after the last blank that fits, or inside
    a word where none fits. Shorter lines stay as they are.
    The time is linear in the text's length, because each piece begins where the last piece ended. The pattern captures nothing:
    capturing would take the slow way through the regular expression.
#}
{% macro cut_lines(text, characters_max) %}{{ adapter.dispatch('cut_lines')(text, characters_max) }}{% endmacro %}

{% macro duckdb__cut_lines(text, characters_max) -%}
    array_to_string(
        list_transform(
            string_split({{ text }}, chr(10)),
            lambda line: case
                when length(line) <= {{ characters_max }} then line
                else regexp_replace(line, '{{ cut_pattern(characters_max) }}', '\0' || chr(10), 'g')
            end
        ),
        chr(10)
    )
{%- endmacro %}

{% macro bigquery__cut_lines(text, characters_max) -%}
    array_to_string(
        array(
            select
                case
                    when length(line) <= {{ characters_max }} then line
                    else regexp_replace(line, r'{{ cut_pattern(characters_max) }}', concat(r'\0', chr(10)))
                end
            from unnest(split({{ text }}, chr(10))) as line with offset as place
            order by place
        ),
        chr(10)
    )
{%- endmacro %}
