"""Compares the churn statistics with scipy, statsmodels and lifelines; prints one JSON object. Called by statistics.test.ts.

usage: check.py <compiled panel-queries.sql> <a DuckDB file with the churn marts> <their schema>
"""

import json
import sys
from functools import partial
from pathlib import Path

import duckdb
import numpy
import pandas
import scipy.stats

import marts
import phrases
import references
import simulations
from comparison import Comparison
from panels import (
    PLANTED_ODDS_RATIO,
    PLANTED_SLOPE,
    Panels,
    null_panels,
    planted_panels,
    random_panels,
    skewed_null_panels,
    telco_panels,
)

CORRELATION_FIGURES = [
    "account_months", "accounts", "positive_account_months", "mean_when_positive", "mean_when_not",
    "pearson_r", "spearman_rho", "auc", "slope", "slope_se", "score_p_value", "adjusted_slope", "adjusted_p_value",
]  # fmt: skip
TOPIC_FIGURES = [
    "exposed_account_months", "exposed_churned", "unexposed_account_months", "unexposed_churned", "risk_ratio",
    "odds_ratio", "odds_ratio_low", "odds_ratio_high",
    "adjusted_odds_ratio", "adjusted_odds_ratio_low", "adjusted_odds_ratio_high",
    "clustered_odds_ratio_low", "clustered_odds_ratio_high",
    "adjusted_risk_difference", "adjusted_risk_difference_low", "adjusted_risk_difference_high",
]  # fmt: skip
SEEDS = 40


def main(queries_path: str, warehouse_path: str, schema: str) -> None:
    queries = read_queries(Path(queries_path).read_text(encoding="utf-8"))
    reports = compare_tails(queries)
    for name, panels in [("random panels", random_panels(40)), ("telco", telco_panels())]:
        reports += compare_panels(name, panels, answers(queries, panels))
    with duckdb.connect(warehouse_path, read_only=True) as connection:
        connection.execute(f"set schema '{schema}'")
        reports += marts.compare(connection)
        reports += phrases.compare(queries["log_odds"], connection)
        false_tags = simulations.random_tags_of_the_demo(connection, partial(answers, queries))
    report = {"comparisons": [each.report() for each in reports], "false_tag_shares": false_tags}
    report["false_drifting_tag_shares"] = simulations.random_tags_under_drift(partial(answers, queries))
    report["coverage"] = simulations.coverage(partial(answers, queries))
    print(json.dumps(report | planted_and_null(queries)))


def read_queries(text: str) -> dict[str, str]:
    parts = text.split("-- query: ")[1:]
    return {part.split("\n", 1)[0].strip(): part.split("\n", 1)[1] for part in parts}


def answers(queries: dict[str, str], panels: Panels) -> dict[str, pandas.DataFrame]:
    connection = duckdb.connect()
    for name, frame in panels.relations().items():
        connection.register(f"{name}_frame", frame)
        # A NaN is a number to DuckDB; the marts have nulls.
        columns = ", ".join(f"nullif({c}, 'nan'::double) as {c}" if c == "value" else c for c in frame.columns)
        connection.execute(f"create table {name} as select {columns} from {name}_frame")
    return {name: connection.execute(sql).df() for name, sql in queries.items() if name not in ["tails", "log_odds"]}


def compare_tails(queries: dict[str, str]) -> list[Comparison]:
    """From p = 1 to less than 1e-40; the normal distribution's tail, and the chi-squared's at the square."""
    points = numpy.concatenate([numpy.linspace(0, 14, 2801), numpy.array([1e-12, 1e-6, 20.0, 36.0])])
    connection = duckdb.connect()
    connection.register("tail_points", pandas.DataFrame({"z": points}))
    result = Comparison("tails", absolute_error_max=0)
    for z, ours in connection.execute(queries["tails"]).fetchall():
        result.expect(z, "normal", ours, 2 * scipy.stats.norm.sf(z))
        result.expect(z, "chi-squared", ours, scipy.stats.chi2.sf(z * z, 1) if z > 1e-5 else ours)
    return [result]


def compare_panels(name: str, panels: Panels, ours: dict[str, pandas.DataFrame]) -> list[Comparison]:
    relations = panels.relations()
    return [
        compare_correlations(name, relations["panel_observations"].dropna(subset=["value"]), ours["correlations"]),
        compare_buckets(name, relations["panel_observations"].dropna(subset=["value"]), ours["buckets"]),
        compare_topics(name, relations["panel_months"], relations["panel_exposures"], ours["topics"]),
        compare_survival(name, relations["panel_lives"], ours["survival"]),
        compare_log_rank(name, relations["panel_lives"], ours["log_rank"]),
    ]


def compare_correlations(name: str, observations: pandas.DataFrame, ours: pandas.DataFrame) -> Comparison:
    result = Comparison(f"{name}: correlations")
    by_key = ours.set_index(["panel", "feature"])
    theirs = {key: references.correlations(rows) for key, rows in observations.groupby(["panel", "feature"])}
    if set(theirs) != set(by_key.index):
        result.failures.append("the groups differ")
        return result
    for key, figures in theirs.items():
        row = by_key.loc[key]
        for figure in CORRELATION_FIGURES:
            result.expect(key, figure, row[figure], figures[figure])
        # Where the line goes through every point there is no error and no test: libraries answer with rounding residue.
        if row["slope_se"] > 1e-9 * abs(row["slope"]):
            result.expect(key, "p_value", row["p_value"], figures["p_value"])
        elif row["p_value"] == row["p_value"]:
            result.failures.append(f"{key}: a p-value without an error")
    for panel, rows in ours.groupby("panel"):
        for p, q in [("p_value", "q_value"), ("score_p_value", "score_q_value")]:
            corrected = references.corrected(rows[p].to_numpy(float))
            for feature, q_value, theirs_q in zip(rows["feature"], rows[q], corrected, strict=True):
                result.expect((panel, feature), q, q_value, theirs_q)
    return result


def compare_buckets(name: str, observations: pandas.DataFrame, ours: pandas.DataFrame) -> Comparison:
    result = Comparison(f"{name}: buckets")
    for key, rows in observations.groupby(["panel", "feature"]):
        theirs = references.buckets(rows).set_index("bucket")
        part = ours[(ours["panel"] == key[0]) & (ours["feature"] == key[1])].set_index("bucket").sort_index()
        if list(part.index) != list(theirs.index):
            result.failures.append(f"{key}: buckets {list(part.index)} instead of {list(theirs.index)}")
            continue
        churned = rows[rows["outcome"] == 1]
        for bucket in theirs.index:
            result.expect((*key, bucket), "churned accounts", part.loc[bucket, "all_churned_accounts"], churned["account_id"].nunique())
            result.expect((*key, bucket), "retained", part.loc[bucket, "all_retained_account_months"], len(rows) - len(churned))
            for figure in theirs.columns:
                result.expect((*key, bucket), figure, part.loc[bucket, figure], theirs.loc[bucket, figure])
    return result


def compare_topics(
    name: str, months: pandas.DataFrame, exposures: pandas.DataFrame, ours: pandas.DataFrame
) -> Comparison:
    result = Comparison(f"{name}: topics")
    months_of = dict(list(months.groupby("panel")))
    groups = dict(list(exposures.groupby(["panel", "topic"])))
    by_key = ours.set_index(["panel", "topic"])
    if set(groups) != set(by_key.index):
        result.failures.append("the groups differ")
        return result
    for key, exposed in groups.items():
        marked = months_of[key[0]].merge(exposed[["account_id", "month"]].assign(exposed=1), how="left")
        marked["exposed"] = marked["exposed"].fillna(0).astype(int)
        theirs = references.topic(marked)
        row = by_key.loc[key]
        for figure in [*TOPIC_FIGURES, "p_value", "clustered_p_value"]:
            # Everybody exposed: there are no others to compare with, and the library divides by zero.
            if theirs["unexposed_account_months"] == 0 and figure == "risk_ratio":
                continue
            result.expect(key, figure, row[figure], theirs[figure])
        for figure, accounts in references.topic_accounts(marked).items():
            result.expect(key, figure, row[figure], accounts)
    for panel, rows in ours.groupby("panel"):
        for p, q in [("p_value", "q_value"), ("clustered_p_value", "clustered_q_value")]:
            corrected = references.corrected(rows[p].to_numpy(float))
            for topic, q_value, theirs_q in zip(rows["topic"], rows[q], corrected, strict=True):
                result.expect((panel, topic), q, q_value, theirs_q)
    return result


def compare_survival(name: str, lives: pandas.DataFrame, ours: pandas.DataFrame) -> Comparison:
    result = Comparison(f"{name}: survival")
    for key, rows in lives.groupby(["panel", "experience"]):
        theirs = references.survival(rows)
        part = ours[(ours["panel"] == key[0]) & (ours["experience"] == key[1])].set_index("duration_days").sort_index()
        if list(part.index) != [int(day) for day in theirs.index]:
            result.failures.append(f"{key}: other days")
            continue
        for day in part.index:
            for figure, theirs_name in [
                ("at_risk", "at_risk"), ("churned", "observed"), ("censored", "censored"),
                ("survival", "survival"), ("survival_low", "survival_low"), ("survival_high", "survival_high"),
            ]:  # fmt: skip
                result.expect((*key, day), figure, part.loc[day, figure], theirs.loc[day, theirs_name])
    return result


def compare_log_rank(name: str, lives: pandas.DataFrame, ours: pandas.DataFrame) -> Comparison:
    result = Comparison(f"{name}: log-rank")
    by_panel = ours.set_index("panel")
    for panel, rows in lives.groupby("panel"):
        theirs = references.log_rank(rows)
        for figure in ["chi_squared", "p_value"]:
            result.expect(panel, figure, by_panel.loc[panel, figure], theirs[figure])
    return result


def planted_and_null(queries: dict[str, str]) -> dict[str, object]:
    """How often a test finds what is not there, and an interval holds what is."""
    null = answers(queries, null_panels(SEEDS))
    skewed = answers(queries, skewed_null_panels(SEEDS))["correlations"]
    planted = answers(queries, planted_panels(SEEDS))
    topics, slopes = planted["topics"], planted["correlations"]
    low, high = topics["adjusted_odds_ratio_low"], topics["adjusted_odds_ratio_high"]
    return {
        "seeds": SEEDS,
        "false_feature_share": float((null["correlations"]["score_q_value"] < 0.05).mean()),
        "misled_share": misled_share(skewed, "score_q_value"),
        "misled_share_by_slope": misled_share(skewed, "q_value"),
        "false_topic_share": float((null["topics"]["clustered_q_value"] < 0.05).mean()),
        "false_topic_share_unclustered": float((null["topics"]["q_value"] < 0.05).mean()),
        "odds_ratios_found": int((topics["q_value"] < 0.05).sum()),
        "odds_ratios_covered": int(((low < PLANTED_ODDS_RATIO) & (PLANTED_ODDS_RATIO < high)).sum()),
        "slopes_found": int(((slopes["score_q_value"] < 0.05) & (slopes["slope"] > 0)).sum()),
        "phrases_found_by_chance_share": phrases.found_by_chance(queries["log_odds"], SEEDS),
        "planted_phrases_found": phrases.found_of_planted(queries["log_odds"], SEEDS),
        "slopes_covered": int(((slopes["slope"] - PLANTED_SLOPE).abs() < 1.959964 * slopes["slope_se"]).sum()),
    }


def misled_share(null: pandas.DataFrame, q: str) -> float:
    """In how many panels in which nothing is something is found."""
    return float((null[q] < 0.05).groupby(null["panel"]).any().mean())


if __name__ == "__main__":
    main(*sys.argv[1:])
