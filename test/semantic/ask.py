"""MetricFlow in one process: `ask.py MANIFEST [WAREHOUSE]` answers the questions on standard input, a JSON list.

A question has `metrics` and, where wanted, `group_by` and `where`, as on the command line of `mf query`. With a DuckDB file the answer to
each is its rows; `issues` says what `mf validate-configs` would find. Without a file the answer is the statement for BigQuery;
a statement for every metric by month follows those of the questions.

`mf` itself takes 5 s to start, and looks for a newer version in the network.
"""

import datetime
import decimal
import json
import logging
import sys

import duckdb
from metricflow.data_table.mf_table import MetricFlowDataTable
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.big_query import BigQuerySqlPlanRenderer
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.validation.data_warehouse_model_validator import DataWarehouseModelValidator
from metricflow_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup


class DuckDb:
    """The protocol metricflow.protocols.sql_client.SqlClient, for a file that is only read."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()

    def __init__(self, path):
        self._connection = duckdb.connect(path, read_only=True)

    def query(self, stmt, sql_bind_parameter_set=None):
        result = self._connection.execute(stmt)
        names = [column[0] for column in result.description]
        return MetricFlowDataTable.create_from_rows(column_names=names, rows=result.fetchall())

    def execute(self, stmt, sql_bind_parameter_set=None):
        self._connection.execute(stmt)

    def dry_run(self, stmt, sql_bind_parameter_set=None):
        self._connection.execute(f"explain {stmt}")

    def close(self):
        self._connection.close()


class BigQuery:
    """The same protocol for an engine that is asked nothing: statements are written for it."""

    sql_engine_type = SqlEngine.BIGQUERY
    sql_plan_renderer = BigQuerySqlPlanRenderer()


def main(manifest_path, warehouse_path=None):
    # dbt writes each measure's expression into its metric too, and MetricFlow says of each that it takes the measure's.
    logging.disable(logging.WARNING)
    with open(manifest_path) as file:
        manifest = parse_manifest_from_dbt_generated_manifest(manifest_json_string=file.read())
    client = DuckDb(warehouse_path) if warehouse_path else BigQuery()
    engine = MetricFlowEngine(semantic_manifest_lookup=SemanticManifestLookup(manifest), sql_client=client)
    questions = [request(question) for question in json.load(sys.stdin)]
    if warehouse_path:
        answers = [rows_of(engine.query(question).result_df) for question in questions]
        issues = issues_in(manifest, client)
    else:
        answers = [
            engine.explain(question).sql_statement.sql for question in questions + monthly_questions(manifest)
        ]
        issues = []
    json.dump({"answers": answers, "issues": issues}, sys.stdout)


def request(question):
    return MetricFlowQueryRequest.create(
        metric_names=question["metrics"],
        group_by_names=question.get("group_by"),
        where_constraints=question.get("where"),
    )


def monthly_questions(manifest):
    return [request({"metrics": [metric.name], "group_by": ["metric_time__month"]}) for metric in manifest.metrics]


def rows_of(table):
    return [dict(zip(table.column_names, map(plain, row))) for row in table.rows]


def plain(value):
    """What JSON can say: a day as text, a number as a number."""
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()[:10]
    return float(value) if isinstance(value, decimal.Decimal) else value


def issues_in(manifest, client):
    warehouse = DataWarehouseModelValidator(sql_client=client)
    results = [
        SemanticManifestValidator().validate_semantic_manifest(manifest),
        warehouse.validate_semantic_models(manifest),
        warehouse.validate_dimensions(manifest),
        warehouse.validate_entities(manifest),
        warehouse.validate_simple_metrics(manifest),
        warehouse.validate_metrics(manifest),
    ]
    return [issue.as_readable_str(verbose=False) for result in results for issue in result.all_issues]


if __name__ == "__main__":
    main(*sys.argv[1:])
