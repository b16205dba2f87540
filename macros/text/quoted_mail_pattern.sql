{#
    The regular expression of quoted mail: where it begins, and all that follows. A header may take two lines. A dot stands for an
    accented letter.
#}
{% macro quoted_mail_pattern() -%}
    (?is)(^|\n)[ \t]*((on|am|le|el|op|il|em) [^\n]{4,200}(\n[^\n]{0,120})?(wrote|schrieb[^\n]{0,120}|a .crit|escribi.|schreef[^\n]{0,120}|ha scritto|escreveu)[ \t]*:[ \t]*(\n|$)|-{2,}[ \t]*(original message|forwarded message|urspr.ngliche nachricht|weitergeleitete nachricht|message d.origine|message transf.r.|mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht|元のメッセージ|転送メッセージ)|_{10,}|[0-9]{4}(年|/)[0-9]{1,2}(月|/)[0-9]{1,2}[^\n]{4,120}(のメール|wrote|<[^\n@]{1,80}@[^\n>]{1,80}>)[ \t]*[:：][ \t]*(\n|$)|(from|von|de|da|van|差出人)[ \t]*[:：][^\n]{3,200}\n[ \t]*(sent|date|gesendet|datum|envoy.|enviad[oa]( em| el)?|data|fecha|inviato|verzonden|送信日時|日時)[ \t]*[:：]).*
{%- endmacro %}
