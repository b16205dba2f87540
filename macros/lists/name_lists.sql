{#
    A query: for each conversation, the sorted names of its members and their number. `members` has a row per conversation and member,
    `people` has a row per member. A member's name is the first of the columns `names` that is not null, else the id.
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
