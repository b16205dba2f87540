{#
    Whether a host (lower case) is shared, and so tells nothing about a company. Anybody may have a page or an address at such a host.
    Shared are `vars: activation_shared_hosts` and `activation_free_email_domains` with everything below them. The hosts of
    `activation_tenant_hosts` are shared too, but below them each tenant has a name of its own.
    `example.*` stands for the name under any country's ending.
#}
{% macro is_shared_host(host) -%}
    {%- set shared = host_patterns(var('activation_shared_hosts') + var('activation_free_email_domains')) -%}
    {%- set tenants = host_patterns(var('activation_tenant_hosts')) -%}
    {#- A country's ending (`co.uk`) belongs to no company either. -#}
    {%- set endings = '(?:com?|net|org|gov|edu|ac)[.][a-z]{2}' -%}
    {%- set below = '(?:.*[.])?(?:' ~ shared ~ ')|' if shared else '' -%}
    {%- set itself = tenants ~ '|' if tenants else '' -%}
    {{ matches_pattern(host, '^(?:' ~ below ~ itself ~ endings ~ ')$') }}
{%- endmacro %}
