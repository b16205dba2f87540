{#
    Two relations give the same figure for the same keys, which are columns or expressions (`to_keys` where the other has others).
    `only_when` and `to_when` leave rows out; in `to_when` the other relation's row has the name `compared`. A key that one of them
    lacks counts as null there; `join` says whose keys count: full, left (the model's) or inner.
#}
{% test agrees(model, keys, figure, to, to_figure, to_keys=none, only_when='true', to_when='true', join='full') %}
    {{ names_are_ours() }}
    {{ config(tags=['daily']) }}
    with

    own as (
        select
            {%- for key in keys %}
            {{ key }} as key_{{ loop.index }},
            {%- endfor %}
            {{ figure }} as own_figure,
        from {{ model }}
        where {{ only_when }}
        group by {% for key in keys %}{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}
    ),

    other as (
        select
            {%- for key in to_keys or keys %}
            {{ key }} as key_{{ loop.index }},
            {%- endfor %}
            {{ to_figure }} as other_figure,
        from {{ to }} as compared
        where {{ to_when }}
        group by {% for key in to_keys or keys %}{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}
    )

    select
        own.own_figure,
        other.other_figure,
        {%- for key in keys %}
        coalesce(own.key_{{ loop.index }}, other.key_{{ loop.index }}) as key_{{ loop.index }},
        {%- endfor %}
    from own
    {{ join }} join other
        on
            {%- for key in keys %}
            {{ 'and ' if not loop.first }}own.key_{{ loop.index }} = other.key_{{ loop.index }}
            {%- endfor %}
    where own.own_figure <> other.other_figure or (own.own_figure is null) <> (other.other_figure is null)
{% endtest %}
