{#
    Whether a host (lower case) is one that anybody may have a page or an address at, and so nobody's company domain: one of
    `vars: activation_shared_hosts` and `activation_free_email_domains` or anything below one, or one of
    `activation_tenant_hosts` itself, below which each tenant has a name of its own. `example.*` stands for the name under any
    country's ending.
#}
{% macro is_shared_host(host) -%}
    {%- set shared = host_patterns(var('activation_shared_hosts') + var('activation_free_email_domains')) -%}
    {%- set tenants = host_patterns(var('activation_tenant_hosts')) -%}
    {#- An ending of a country (`co.uk`) is nobody's either. -#}
    {%- set endings = '(?:com?|net|org|gov|edu|ac)[.][a-z]{2}' -%}
    {%- set below = '(?:.*[.])?(?:' ~ shared ~ ')|' if shared else '' -%}
    {%- set itself = tenants ~ '|' if tenants else '' -%}
    {{ matches_pattern(host, '^(?:' ~ below ~ itself ~ endings ~ ')$') }}
{%- endmacro %}
