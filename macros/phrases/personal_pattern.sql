{#
    The regular expression of what no phrase may have:
    web addresses; whatever has an @ (mail addresses and handles); whatever has a digit (phone numbers, amounts, ids of orders);
    names with dots (domains, files), underscores or slashes (paths); who is greeted ("Hi Ada Byron,") or spoken to in Japanese.
    RE2 on both engines; no single quotes in it. Digits inside text without spaces take only what is written in ASCII around them.
#}
{% macro personal_pattern() -%}
    {%- set run = '[!-~\\p{Latin}]*' -%}
    (?:[a-zA-Z][a-zA-Z0-9+.-]*://|www[.])[^\s]*|{{ run }}[@＠][!-~\pL\pN]*|{{ run }}\pN[!-~\p{Latin}\pN]*|[\pL_-]+(?:[.][\pL_-]+)+|{{ run }}[\\_=<>{}|~^][!-~\p{Latin}]*|{{ run }}/{{ run }}/{{ run }}|^(?i:hi|hey|hello|dear|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|guten (?:tag|morgen|abend)|moin|servus|sehr geehrte[rs]? (?:frau|herr)|bonjour|bonsoir|salut|ch.re?|hola|buenas?|buen[oa]s (?:d.as|tardes|noches)|estimad[oa]|ciao|buongiorno|buonasera|salve|gentile|ol.|bom dia|boa (?:tarde|noite)|prezad[oa]|hoi|goede(?:morgen|middag|navond)|beste|geachte)(?:[ ,]+\p{Lu}[\pL\pM\x27’-]*){1,3}[ \t]*(?:[,!:]|$)|\pL{1,6}(?:さん|さま|様|殿)
{%- endmacro %}
