{# What `rebuild_causes` was when the model was last built, as `model_inputs` recorded it; the empty text where nothing is recorded. #}
{% macro rebuild_causes_before() -%}
    {%- set inputs = (builds_before().get(model.unique_id, {}).get('inputs') or '').split(' ') -%}
    {{ return(inputs[1] if inputs | length > 1 else '') }}
{%- endmacro %}
