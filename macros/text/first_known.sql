{#
    The first of some texts that is neither null nor empty. `names` (a project variable) gives their order; `texts` maps each name to
    its expression. Errors: a name that `texts` does not have.
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
