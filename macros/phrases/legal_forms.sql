{# Words in names of companies that are in no phrase by themselves, or say nothing of the company. #}
{% macro legal_forms() -%}
    {{ return([
        'inc', 'ltd', 'llc', 'llp', 'plc', 'corp', 'co', 'company', 'limited', 'incorporated', 'corporation', 'group', 'holding',
        'gmbh', 'ag', 'kg', 'ohg', 'ug', 'se', 'sa', 'sas', 'sarl', 'srl', 'spa', 'sl', 'slu', 'bv', 'nv', 'ab', 'as', 'oy', 'aps',
        'lda', 'ltda', 'pty', 'kk', 'the', 'and', 'und', 'et', 'test', 'user', 'customer', 'team', 'support', 'account',
    ]) }}
{%- endmacro %}
