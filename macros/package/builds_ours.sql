{#
    Whether the command builds something of this project. A project that installed it runs our hooks with each of its commands, also with
    `dbt run --select one_of_its_own`: then they leave the warehouse alone.
#}
{% macro builds_ours() -%}
    {{ return(
        execute and flags.WHICH in ['build', 'run', 'retry']
        and '.intercom_warehouse.' in selected_resources | join(' ')
    ) }}
{%- endmacro %}
