{#
    dbt's `ref`, for this project's own nodes: the name is one of ours. Installed as a package, dbt looks in the installing project first, and
    `ref('contacts')` would be its `contacts` (docs/package.md). dbt calls this macro for our models, hooks and singular tests alone.
    Elsewhere in yml it is dbt's own `ref`, so there the package is named: `to: ref('intercom_warehouse', 'contacts')`.
#}
{% macro ref() %}{{ return(builtins.ref('intercom_warehouse', varargs | last)) }}{% endmacro %}
