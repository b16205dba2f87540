{# Builds a `versioned_incremental` model, and remembers what it was built from. Returns what a materialization returns. #}
{% macro build_versioned_incremental() -%}
    {%- if is_unchanged() -%}
        {{ return(leave_as_is()) }}
    {%- endif -%}
    {%- set meta = model.config.meta -%}
    {%- set before = builds_before().get(model.unique_id, {}) -%}
    {%- set is_updated = is_update() -%}
    {%- set has_changed = true -%}
    {%- set months = none -%}
    {%- if not is_updated -%}
        {%- do say_why_rebuilt() -%}
        {%- if meta.get('is_followed') or meta.get('tells_days') -%}
            {%- do record_rebuild() -%}
        {%- endif -%}
        {%- set relations = replace_table() -%}
    {%- elif looks_at_few() -%}
        {%- set relations = replace_changed() -%}
        {%- set has_changed = remembered('changes recorded')[model.unique_id] > 0 if meta.get('is_followed') else true -%}
        {%- set months = months_replaced() -%}
    {%- elif meta.get('is_followed') -%}
        {%- set has_changed = update_followed() > 0 -%}
        {%- set relations = {'relations': [this.incorporate(type='table')]} -%}
    {%- elif follows_changes() -%}
        {%- set has_changed = changes_of_run().count > 0 -%}
        {%- set relations = replace_changed() if has_changed else leave_as_is() -%}
        {%- set months = months_replaced() -%}
        {%- if meta.get('settled_by') -%}
            {%- set has_changed = remembered('settled rows changed').get(model.unique_id) or not is_settled_as_before() -%}
        {%- endif -%}
    {%- else -%}
        {%- set relations = add_new_rows() -%}
    {%- endif -%}
    {%- do remember_build(
        version_of_new_rows() if has_changed or not before.get('rows_version') else before.rows_version,
        taken_in=changes_to_take_in() if follows_changes() else none,
        rows_missing=rows_missing(),
        loaded_to=newest_load() if meta.get('follows_loads_of') or not follows_changes() else none,
        months=months,
    ) -%}
    {{ return(relations) }}
{%- endmacro %}
