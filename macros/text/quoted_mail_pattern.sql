{#
    The regular expression of quoted mail: where it begins, and all that follows. A header may take two lines. A dot stands for an
    accented letter.
#}
{% macro quoted_mail_pattern() -%}
    (?is)(^|\n)[ \t]*((on|am|le|el|op|il|em) [^\n]{4,200}(\n[^\n]{0,120})?(wrote|schrieb[^\n]{0,120}|a .crit|escribi.|schreef[^\n]{0,120}|ha scritto|escreveu)[ \t]*:[ \t]*(\n|$)|-{2,}[ \t]*(original message|forwarded message|urspr.ngliche nachricht|message d.origine|mensaje original)|_{10,}|(from|von|de|van)[ \t]*:[^\n]{3,200}\n[ \t]*(sent|date|gesendet|datum|envoy.|enviado|verzonden)[ \t]*:).*
{%- endmacro %}
