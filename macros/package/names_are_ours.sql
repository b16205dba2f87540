{#
    Each generic test of ours calls this, which does nothing. dbt gives a test the macros that its code calls, directly or not; so `ref` in
    the yml of our tests, and in dbt's own argument `model`, is our `ref`.
#}
{% macro names_are_ours() %}{% if false %}{{ intercom_warehouse.ref('conversations') }}{% endif %}{% endmacro %}
