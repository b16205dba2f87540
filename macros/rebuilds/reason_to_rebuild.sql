{#
    A reason for the log: why this build cannot use the rows of a `versioned_incremental` model. None when it can use them;
    the empty text when there are no rows.
#}
{% macro reason_to_rebuild() -%}
    {%- set existing = adapter.get_relation(this.database, this.schema, this.identifier) -%}
    {%- if existing is none -%}
        {{ return('') }}
    {%- elif not existing.is_table -%}
        {{ return('it is not a table') }}
    {%- endif -%}
    {%- set stored = stored_versions().get(this.identifier) -%}
    {%- if stored is none -%}
        {{ return('its rows have no logic version yet') }}
    {%- elif stored[0] is none -%}
        {{ return('its last full build was stopped, or had older rows to read') }}
    {%- elif stored[0] != model_logic(model.unique_id) -%}
        {{ return('its logic has changed') }}
    {#- An update of a model that others follow replaces the table, columns included. -#}
    {%- elif stored[1] != model_columns(model.unique_id) and not model.config.meta.get('is_followed') -%}
        {{ return('its columns have changed') }}
    {%- elif follows_changes() and changes_taken_in() is none -%}
        {{ return('nothing tells what has changed since its last build') }}
    {%- elif model.config.meta.get('follows_loads_of') and not model.config.meta.get('is_followed')
        and builds_before().get(model.unique_id, {}).get('inputs') is none -%}
        {{ return('nothing tells what has been loaded since its last build') }}
    {%- elif follows_changes() and changes_of_run().is_rebuilt -%}
        {{ return((followed_model() or model.config.meta.follows_days_of | join(' or ')) ~ ' was built in full') }}
    {%- elif followed_model() and rebuild_causes() != rebuild_causes_before() -%}
        {{ return('what all its rows depend on has changed') }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
