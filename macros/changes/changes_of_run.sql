{#
    What the model has to take in of the followed model's changes, or which periods changed. A map of how many (`count`), their months
    (`months_of`: of the records' creation, or of the periods), and themselves (`rows`) where they are few: lists of texts. `is_rebuilt`
    says whether the followed model was built in full meanwhile. Where days are followed, it is any of the models that tell them.
    Asked once a run for all models that are equally far. A compilation without a connection takes one.
#}
{% macro changes_of_run() -%}
    {%- set key = changes_key() -%}
    {%- if key not in graph -%}
        {%- if flags.INTROSPECT -%}
            {%- set changes = changes_since(changes_taken_in(), with_rebuilds=true) if followed_model() else changed_periods(with_rebuilds=true) -%}
            {%- do graph.update({key: ask_for_changes(changes, model.config.meta.get('period'))}) -%}
        {%- else -%}
            {%- do graph.update({key: {'count': 1, 'months': months_of('', ''), 'rows': none, 'is_rebuilt': false}}) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(graph[key]) }}
{%- endmacro %}

{# Asks for `changes_of_run`. `changes` is the query of the changes; a rebuild is one of no workspace. #}
{% macro ask_for_changes(changes, period) %}{{ return(adapter.dispatch('ask_for_changes')(changes, period)) }}{% endmacro %}

{% macro duckdb__ask_for_changes(changes, period) -%}
    {%- set counts = run_query('select count(workspace_id), count(*) from (' ~ changes ~ ') as changed').rows[0] -%}
    {%- set count = counts[0] | int -%}
    {{ return({'count': count, 'months': none if count else [], 'rows': none, 'is_rebuilt': counts[1] | int > count}) }}
{%- endmacro %}

{% macro bigquery__ask_for_changes(changes, period) -%}
    {#- A statement may have a million letters, and a change takes some hundred of them. -#}
    {%- set listed_max = 1000 -%}
    {%- set record = record_of(followed_model()) if followed_model() else none -%}
    {%- set asked -%}
        select
            workspace_id,
            {%- if record %}
            {{ record }}_id,
            format_timestamp('%F %H:%M:%E6S+00', created_at) as created_at,
            built_from,
            count(*) over () as changes_count,
            string_agg(distinct coalesce(format_timestamp('%Y-%m', created_at), 'none'), ' ') over () as months
            {%- else %}
            cast({{ period }} as string) as {{ period }},
            count(*) over () as changes_count,
            {#- The last day of a week may be in the next month. #}
            string_agg(
                distinct concat(
                    format_date('%Y-%m', {{ period }}), ' ',
                    format_date('%Y-%m', date_add(least({{ period }}, date '9999-11-01'), interval {{ 6 if period == 'week' else 0 }} day))
                ),
                ' '
            ) over () as months
            {%- endif %}
        from ({{ changes }}) as changes
        order by workspace_id nulls first
        limit {{ listed_max }}
    {%- endset -%}
    {%- set rows = run_query(asked).rows -%}
    {%- if rows | length == 0 -%}
        {{ return({'count': 0, 'months': [], 'rows': [], 'is_rebuilt': false}) }}
    {%- elif rows[0]['workspace_id'] is none -%}
        {{ return({'count': rows[0]['changes_count'] | int, 'months': none, 'rows': none, 'is_rebuilt': true}) }}
    {%- endif -%}
    {%- set count = rows[0]['changes_count'] | int -%}
    {{ return({
        'count': count,
        'months': rows[0]['months'].split(' ') | unique | sort,
        'rows': rows if count <= listed_max else none,
        'is_rebuilt': false,
    }) }}
{%- endmacro %}
