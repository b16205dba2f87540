{#
    What is wrong with an entry of a project variable of attribute columns, and what to do about it; none when nothing is.
    `names`: the columns of the entries before it.
#}
{% macro problem_of_attribute_column(variable, entry, names) -%}
    {%- if entry is not mapping -%}
        {{ return(('it is no map', 'Write it as ' ~ example_attribute_column())) }}
    {%- endif -%}
    {%- set keys = ['attribute', 'column', 'type'] + (['group_support_daily'] if variable == 'conversation_attribute_columns' else []) -%}
    {%- for key in ['attribute', 'column', 'type'] if entry.get(key) is none or entry.get(key) == '' -%}
        {{ return(('`' ~ key ~ '` is missing', 'Add it, as in ' ~ example_attribute_column())) }}
    {%- endfor -%}
    {%- for key in entry if key not in keys -%}
        {{ return(('`' ~ key ~ '` is no key of it', 'Take the key out; the keys are ' ~ keys | join(', '))) }}
    {%- endfor -%}
    {%- if entry.attribute is not string -%}
        {{ return(('`attribute` is no text', 'Put the name of the attribute in quotes')) }}
    {%- elif entry.type not in ['text', 'number', 'boolean', 'timestamp'] -%}
        {{ return(('`type` is ' ~ entry.type ~ ', which is no type of a column', 'Choose text, number, boolean or timestamp')) }}
    {%- elif entry.column is not string or not modules.re.fullmatch('[a-z][a-z0-9_]{0,62}', entry.column) or entry.column in reserved_words() -%}
        {{ return((
            '`column` is ' ~ entry.column ~ ', which is no name of a column',
            'Choose a name of lower-case letters, digits and _ that begins with a letter and is no word of SQL'
        )) }}
    {%- elif entry.column in names -%}
        {{ return(('an entry before it makes the column ' ~ entry.column ~ ' too', 'Give one of them another `column`')) }}
    {%- elif entry.get('group_support_daily', false) is not boolean -%}
        {{ return(('`group_support_daily` is neither true nor false', 'Write true or false, without quotes')) }}
    {%- elif entry.get('group_support_daily', false) and entry.type != 'text' -%}
        {{ return((
            'support_daily has no groups of type ' ~ entry.type,
            'Give it the type text, or take group_support_daily out'
        )) }}
    {%- endif -%}
    {%- for taken in taken_columns(variable, entry) if taken.column == entry.column -%}
        {{ return((taken.model ~ ' has a column ' ~ entry.column ~ ' of its own', 'Choose another `column`')) }}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}
