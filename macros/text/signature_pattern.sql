{#
    The regular expression of what stands below a message that somebody wrote by mail, in eight languages. Two dashes in a line of their
    own begin a signature, and so does a closing formula in a line of its own. Of a formula only the short lines below it go. The line
    that a phone adds goes by itself. A dot stands for an accented letter.
    Without this rule, each message of somebody with "Refunds" in the job title would be about refunds.
#}
{% macro signature_pattern() -%}
    (?is)(^|\n)[ \t]*(--[ \t]*\n.*|((with )?(best|kind|kindest|warm|many) (regards|wishes)|regards|sincerely( yours)?|yours (sincerely|faithfully|truly)|mit (freundlichen|besten|lieben) gr..?.?en|(viele|beste|liebe|freundliche|sch.ne) gr..?.?e|mfg|(bien )?cordialement|(bien|tr.s) . vous|salutations( distingu.es)?|(un )?(cordial )?saludos?( cordiales)?|atentamente|atenciosamente|com os melhores cumprimentos|cumprimentos|(un )?cordiali? salut[oi]|distinti saluti|(met )?(vriendelijke|hartelijke) groet(en)?|mvg|敬具)[ \t]*[,.!]?[ \t]*(\n|$)([^\n]{0,80}(\n|$)){0,12}|(sent from my|sent from (outlook|mail|yahoo|gmail|proton)|get outlook for|von meinem [^\n]{2,30} gesendet|gesendet (von|mit) (meinem|der) |envoy. (de|depuis) mon |enviado (desde|do|de) (mi|meu) |enviada? do meu |inviato da(l mio)? |verzonden vanaf mijn |iphoneから送信)[^\n]{0,60}(\n|$))
{%- endmacro %}
