{#
    The words of a short HTML text in one line: '<p>Search &amp; find</p>' is 'Search & find'. Tags become spaces, the entities that
    Intercom's editor writes become what they stand for, and every run of white space is one space. What is no tag stays: '1 < 2',
    '<ann@example.com>'.
#}
{% macro without_tags(html) -%}
    {%- set entities = [
        ('&nbsp;', "' '"), ('&lt;', "'<'"), ('&gt;', "'>'"), ('&quot;', "chr(34)"), ('&#39;', 'chr(39)'), ('&apos;', 'chr(39)'),
        ('&amp;', "'&'"),
    ] -%}
    {%- set text = namespace(sql=replace_pattern(html, '</?[a-zA-Z][a-zA-Z0-9]*([[:space:]/][^>]*)?>', ' ')) -%}
    {%- for entity, character in entities -%}
        {%- set text.sql = 'replace(' ~ text.sql ~ ", '" ~ entity ~ "', " ~ character ~ ')' -%}
    {%- endfor -%}
    trim({{ replace_pattern(text.sql, '[[:space:]]+', ' ') }})
{%- endmacro %}
