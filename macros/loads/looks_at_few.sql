{#
    Whether an update looks at the records alone that were loaded since the model was built (`meta: follows_loads_of`). After a purge, or
    after a run that was killed, nothing says which records those are: then all are looked at.
#}
{% macro looks_at_few() -%}
    {%- if not model.config.meta.get('follows_loads_of') or not is_update() -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(not flags.INTROSPECT or builds_before().get(model.unique_id, {}).get('inputs') is not none) }}
{%- endmacro %}
