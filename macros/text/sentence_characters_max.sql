{#
    The most characters of one sentence; a longer sentence is cut in pieces. A pasted log has no full stops. Comparing each of its words
    with the whole log took minutes for 250 kB. RE2 repeats nothing more than 1,000 times.
#}
{% macro sentence_characters_max() %}1000{% endmacro %}
