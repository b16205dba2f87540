{#
    Words that are in names and name nobody: legal forms of companies, mailboxes and roles that leads are called by, and words of every
    desk that are surnames too. A lead "Order Desk" would otherwise take "order" out of all phrases.
#}
{% macro words_of_no_name() -%}
    {%- set legal_forms = 'inc ltd llc llp plc corp co company limited incorporated corporation group holding gmbh ag kg ohg ug'
        ~ ' se sa sas sarl srl spa sl slu bv nv ab as oy aps lda ltda pty kk' -%}
    {%- set mailboxes = 'account accounts admin administrator billing business client contact customer customers desk finance info lead'
        ~ ' mail manager marketing office online owner payable sales service services shop store support team test'
        ~ ' user users visitor web website' -%}
    {%- set surnames = 'bank bill card case cash day field key money order orders page phone post price work' -%}
    {{ return((legal_forms ~ ' ' ~ mailboxes ~ ' ' ~ surnames).split()) }}
{%- endmacro %}
