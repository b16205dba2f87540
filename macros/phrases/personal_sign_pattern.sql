{#
    The regular expression of a sentence that may have something of `personal_pattern`: a sign or digit of it, a dot between letters,
    who is spoken to in Japanese, or a capital letter after the first words, as in a greeting. Most sentences have none of these, and
    this takes a twentieth of the time.
#}
{% macro personal_sign_pattern() %}[@＠\pN/\\_=<>{}|~^]|\pL[.]\pL|さん|さま|様|殿|^\pL+(?: \pL+){0,2}[ ,]+\p{Lu}{% endmacro %}
