{#
    Three columns: whether a conversation was closed after one, two or more replies by humans. A conversation that was merged away was not
    resolved. All three are null where it is closed and nobody knows how many replies that took.
    `conversation`, `facts` and `inputs` are the aliases of `int_conversations`, `int_conversation_facts` and `int_conversation_metric_inputs`.
#}
{% macro touches(conversation, facts, inputs) -%}
    {%- for touches, condition in {'one': '= 1', 'two': '= 2', 'multi': '> 2'}.items() -%}
        case
            when {{ conversation }}.state <> 'closed' or {{ inputs }}.is_merged_away then false
            else {{ facts }}.count_replies_to_resolution {{ condition }}
        end as is_{{ touches }}_touch_resolution,
        {{- '\n        ' if not loop.last -}}
    {%- endfor -%}
{%- endmacro %}
