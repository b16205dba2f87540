{#
    The number of this run, larger than that of any run before: its begin in milliseconds since 1970. A clock that was set back does
    not matter.
#}
{% macro run_number() -%}
    {%- if 'run_number' not in graph -%}
        {%- set now = (run_started_at.timestamp() * 1000) | int -%}
        {%- do graph.update({'run_number': [now, (builds_before()['*'].recorded_in | int) + 1] | max}) -%}
    {%- endif -%}
    {{ return(graph['run_number']) }}
{%- endmacro %}
