{#
    dbt's `ref`, for this project's own nodes: the name is one of ours. Installed as a package, dbt looks in the installing project first, and
    `ref('contacts')` would be its `contacts` (docs/package.md). dbt calls this macro for our models, hooks and tests alone
    (`names_are_ours`), not for exposures: they name the package.
    Not `builtins.ref`: dbt would take that for a call of a macro `ref` of the installing project, if it has one.
#}
{% macro ref() %}{{ return(builtins['ref']('intercom_warehouse', varargs | last)) }}{% endmacro %}
