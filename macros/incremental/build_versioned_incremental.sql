{# Builds a `versioned_incremental` model, and remembers what it was built from. Returns what a materialization returns. #}
{% macro build_versioned_incremental() -%}
    {%- if is_unchanged() -%}
        {{ return(leave_as_is()) }}
    {%- endif -%}
    {%- set meta = model.config.meta -%}
    {%- set before = builds_before().get(model.unique_id, {}) -%}
    {%- set is_updated = is_update() -%}
    {%- if not is_updated -%}
        {%- do say_why_rebuilt() -%}
        {%- if meta.get('is_followed') or meta.get('tells_days') -%}
            {%- do record_rebuild() -%}
        {%- endif -%}
        {%- set relations = replace_table() -%}
        {%- set has_changed = true -%}
    {%- elif follows_changes() -%}
        {%- set has_changed = changes_of_run().count > 0 -%}
        {%- set relations = replace_changed() if has_changed else leave_as_is() -%}
    {%- elif meta.get('is_followed') -%}
        {%- set has_changed = update_followed() > 0 -%}
        {%- set relations = {'relations': [this.incorporate(type='table')]} -%}
    {%- else -%}
        {%- set relations = add_new_rows() -%}
        {%- set has_changed = true -%}
    {%- endif -%}
    {%- do remember_build(
        'run ' ~ run_number() if has_changed or not before.get('rows_version') else before.rows_version,
        taken_in=changes_to_take_in() if follows_changes() else none,
        rows_missing=rows_missing(),
        months=months_replaced() if is_updated and follows_changes() else none,
    ) -%}
    {{ return(relations) }}
{%- endmacro %}
