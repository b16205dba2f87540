{#
    The first of some texts that is neither null nor empty. `names` (a project variable) says which, and in which order;
    `texts` has the expression for each name. Errors: a name that is none of them.
#}
{% macro first_known(names, texts) -%}
    {%- set chosen = [] -%}
    {%- for name in names if names is not string -%}
        {%- if name not in texts -%}
            {{ exceptions.raise_compiler_error("a project variable names " ~ name ~ ", which is not known") }}
        {%- endif -%}
        {%- do chosen.append("nullif(" ~ texts[name] ~ ", '')") -%}
    {%- endfor -%}
    coalesce({{ (chosen + ['cast(null as string)']) | join(', ') }})
{%- endmacro %}
