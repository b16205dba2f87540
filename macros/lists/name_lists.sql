{#
    A query: of each conversation the names of those in it, in order, and how many they are. `members` has a row per conversation
    and member, `people` a row per member with the columns of `names`, of which the first that is given counts, else the id.
#}
{% macro name_lists(members, people, kind, names=['name'], group='conversation_id') -%}
    select
        members.workspace_id,
        members.{{ group }},
        count(*) as names_count,
        {% set given -%}
        coalesce({% for name in names %}people.{{ name }}, {% endfor %}members.{{ kind }}_id)
    {%- endset -%}
    {{ sorted_list(given) }} as names,
    from {{ ref(members) }} as members
    left join {{ ref(people) }} as people
        on members.workspace_id = people.workspace_id and members.{{ kind }}_id = people.{{ kind }}_id
    group by members.workspace_id, members.{{ group }}
{%- endmacro %}
