{#
    The words of a text as they are compared: lower case, without diacritics, a space on each side of every word, nothing else
    between them. 'Où est l''été?' becomes ' ou est l ete '. On both engines: canonical decomposition, all marks dropped, composed
    again, then every run of what is neither a letter nor a digit is one space.
#}
{% macro plain_words(text) %}concat(' ', trim({{ replace_pattern(without_diacritics(text), '[^\\pL\\pN]+', ' ') }}), ' '){% endmacro %}
