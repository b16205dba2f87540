{# The lines that `print_topics` prints, of the rows of its queries. #}
{% macro topic_lines(totals, found, shared, quotes, phrases) -%}
    {%- set lines = [] -%}
    {%- set messages, covered = totals[0] | int, totals[1] | int -%}
    {%- set missed = messages - covered -%}
    {%- do lines.append(
        '{:,} messages of customers, the newest: {} have a topic, {} ({:,}) have none.'.format(
            messages, percent(covered, messages), percent(missed, messages), missed
        )
    ) -%}
    {%- for topic, kind, count in found if count -%}
        {%- do lines.append('') -%}
        {%- set noun = 'message' if count == 1 else 'messages' -%}
        {%- do lines.append('{} ({}): {:,} {}, {}'.format(topic, kind, count | int, noun, percent(count, messages))) -%}
        {%- set others = [] -%}
        {%- for one, other, both in shared if one == topic and others | length < 3 -%}
            {%- do others.append(other ~ ' ' ~ percent(both, count)) -%}
        {%- endfor -%}
        {%- if others -%}{%- do lines.append('  also about:     ' ~ others | join(', ')) -%}{%- endif -%}
        {%- for one, quote in quotes if one == topic -%}
            {%- do lines.append(('  for example:    ' if loop.first else '                  ') ~ quote) -%}
        {%- endfor -%}
        {%- set added = listed_phrases(phrases, topic) -%}
        {%- if added -%}{%- do lines.append('  phrases to add? ' ~ added) -%}{%- endif -%}
    {%- endfor -%}
    {%- set silent = [] -%}
    {%- for topic, kind, count in found if not count -%}{%- do silent.append(topic) -%}{%- endfor -%}
    {%- if silent -%}{%- do lines.extend(['', 'No message is about: ' ~ silent | join(', ')]) -%}{%- endif -%}
    {%- set other_phrases = listed_phrases(phrases, none) -%}
    {%- if other_phrases -%}
        {%- do lines.extend(['', 'In messages without a topic, and near no topic: ' ~ other_phrases]) -%}
    {%- endif -%}
    {{ return(lines) }}
{%- endmacro %}
