{#
    Remembers until the end of the run that the model was built. `rows_version`: another one than before when its rows are others.
    `taken_in`: the number of the run whose changes the rows have, for models that follow changes. `loaded_to`: the newest load that the build
    found, for models that read what was loaded (`newest_load`). `months`: the partitions that changed; none when all may have.
#}
{% macro remember_build(rows_version, taken_in=none, rows_missing=none, loaded_to=none, months=none) -%}
    {%- do builds_now().update({model.unique_id: {
        'inputs': model_inputs(), 'rows_version': rows_version, 'taken_in': taken_in, 'rows_missing': rows_missing,
        'loaded_to': loaded_to, 'months': months,
    }}) -%}
{%- endmacro %}
