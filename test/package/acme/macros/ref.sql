{# acme refers to models in a way of its own. No other project may come here. #}
{% macro ref(package, name=none) -%}
    {%- if model.package_name != 'acme' -%}
        {{ exceptions.raise_compiler_error(model.unique_id ~ ' uses a macro of acme') }}
    {%- endif -%}
    {{ return(builtins.ref(package, name) if name else builtins.ref(package)) }}
{%- endmacro %}
