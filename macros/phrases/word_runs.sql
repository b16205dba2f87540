{#
    The different phrases in an array of words (`marked_words`, in pieces), sorted: each run of one to four words that neither begins nor
    ends with a stop word and goes across no mark. An array of texts.
#}
{% macro word_runs(words) %}{{ adapter.dispatch('word_runs')(words) }}{% endmacro %}

{% macro duckdb__word_runs(words) -%}
    {%- set runs = [words ~ '[place]'] -%}
    {%- for further in range(1, 4) -%}
        {%- do runs.append(runs[-1] ~ " || ' ' || " ~ words ~ '[place + ' ~ further ~ ']') -%}
    {%- endfor -%}
    list_sort(list_distinct(list_transform(
        list_filter(
            flatten(list_transform(
                list_filter(range(1, len({{ words }}) + 1), lambda place: not starts_with({{ words }}[place], '=')),
                lambda place: [{{ runs | join(', ') }}]
            )),
            lambda phrase: phrase <> '' and not ends_with(phrase, '=') and not contains(phrase, '.')
        ),
        lambda phrase: replace(phrase, '=', '')
    )))
{%- endmacro %}

{% macro bigquery__word_runs(words) -%}
    {%- set runs = ['word'] -%}
    {%- for place in range(1, 4) -%}
        {%- do runs.append(words ~ '[safe_offset(place + ' ~ place ~ ')]') -%}
    {%- endfor -%}
    array(
        select distinct replace(phrase, '=', '') as phrase
        from unnest({{ words }}) as word with offset as place
        cross join unnest([
            {%- for length in range(1, 5) %}
            concat({{ runs[:length] | join(", ' ', ") }}){{ ',' if not loop.last }}
            {%- endfor %}
        ]) as phrase
        where phrase <> '' and not starts_with(phrase, '=') and not ends_with(phrase, '=') and strpos(phrase, '.') = 0
        order by phrase
    )
{%- endmacro %}
