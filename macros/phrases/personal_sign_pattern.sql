{#
    The regular expression of a sentence that may have something of `personal_pattern`. It has a sign or digit, a dot between letters, or a
    Japanese form of address. Or it has a capital letter after the first words, as a greeting has. Most sentences have none of these, and
    this takes a twentieth of the time.
#}
{% macro personal_sign_pattern() %}[@＠\pN/\\_=<>{}|~^]|\pL[.]\pL|さん|さま|様|殿|^\pL+(?: \pL+){0,2}[ ,]+\p{Lu}{% endmacro %}
