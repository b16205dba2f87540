{#
    The most characters that one sentence has; a longer one is cut in pieces. A pasted log has no full stops: each of its words would be
    compared with all of it, which took minutes for 250 kB. A regular expression (RE2) repeats nothing more often than 1,000 times.
#}
{% macro sentence_characters_max() %}1000{% endmacro %}
