"""The churn marts of a warehouse against the libraries, from account_months, account_month_topics and account_survival."""

import duckdb
import pandas

import references
from comparison import Comparison

FEATURES = [
    "tickets", "customer_messages", "reopened_tickets", "open_tickets", "median_first_reply_seconds",
    "median_resolution_seconds", "low_ratings", "average_rating", "bot_only_tickets", "days_since_last_ticket",
]  # fmt: skip
NAMES_IN_REFERENCE = {
    "churned_account_months": "positive_account_months",
    "mean_when_churned": "mean_when_positive",
    "mean_when_retained": "mean_when_not",
}
CORRELATION_FIGURES = [
    "account_months", "accounts", "churned_account_months", "mean_when_churned", "mean_when_retained", "pearson_r",
    "spearman_rho", "auc", "slope", "slope_se", "p_value", "score_p_value",
    "adjusted_slope", "adjusted_p_value",
]  # fmt: skip


def compare(connection: duckdb.DuckDBPyConnection) -> list[Comparison]:
    account_months = connection.execute("select * from account_months").df()
    observed = account_months[account_months["is_observed"]].copy()
    observed["outcome"] = observed["churned_within_horizon"].astype(int)
    return [
        correlations(connection, observed),
        buckets(connection, observed),
        topics(connection, observed),
        survival(connection),
    ]


def correlations(connection: duckdb.DuckDBPyConnection, observed: pandas.DataFrame) -> Comparison:
    result = Comparison("demo: correlations")
    ours = connection.execute("select * from churn_correlations").df().set_index("feature")
    if set(ours.index) != set(FEATURES):
        result.failures.append("the features differ")
        return result
    for feature in FEATURES:
        theirs = references.correlations(values(observed, feature))
        for figure in CORRELATION_FIGURES:
            result.expect(feature, figure, ours.loc[feature, figure], theirs[NAMES_IN_REFERENCE.get(figure, figure)])
    testable = ours[ours["is_sufficient"]]
    for p, q in [("p_value", "q_value"), ("score_p_value", "score_q_value"), ("adjusted_p_value", "adjusted_q_value")]:
        for feature, q_value in zip(testable.index, references.corrected(testable[p].to_numpy(float)), strict=True):
            result.expect(feature, q, ours.loc[feature, q], q_value)
    return result


def buckets(connection: duckdb.DuckDBPyConnection, observed: pandas.DataFrame) -> Comparison:
    result = Comparison("demo: buckets")
    ours = connection.execute("select * from churn_by_bucket").df().set_index(["feature", "bucket"])
    for feature in FEATURES:
        theirs = references.buckets(values(observed, feature)).set_index("bucket")
        for bucket in theirs.index:
            for figure in theirs.columns:
                result.expect((feature, bucket), figure, ours.loc[(feature, bucket), figure], theirs.loc[bucket, figure])
    return result


def topics(connection: duckdb.DuckDBPyConnection, observed: pandas.DataFrame) -> Comparison:
    result = Comparison("demo: topics")
    exposures = connection.execute("select * from account_month_topics").df()
    ours = connection.execute("select * from churn_by_topic").df()
    months = observed[["account_id", "month", "stratum"]].assign(churned=observed["outcome"])
    for _, row in ours[ours["exposed_account_months"] > 0].iterrows():
        exposed = exposures[(exposures["topic"] == row["topic"]) & (exposures["topic_kind"] == row["topic_kind"])]
        marked = months.merge(exposed[["account_id", "month"]].assign(exposed=1), how="left")
        marked["exposed"] = marked["exposed"].fillna(0).astype(int)
        for figure, value in references.topic(marked).items():
            result.expect((row["topic"], row["topic_kind"]), figure, row[figure], value)
    testable = ours[ours["is_sufficient"]]
    for p, q in [("p_value", "q_value"), ("clustered_p_value", "clustered_q_value")]:
        corrected = references.corrected(testable[p].to_numpy(float))
        for topic, q_value, theirs in zip(testable["topic"], testable[q], corrected, strict=True):
            result.expect(topic, q, q_value, theirs)
    return result


def survival(connection: duckdb.DuckDBPyConnection) -> Comparison:
    result = Comparison("demo: survival")
    lives = connection.execute("select * from account_survival").df()
    ours = connection.execute("select * from churn_survival").df().set_index(["experience", "duration_days"])
    for experience, rows in lives.groupby("experience"):
        theirs = references.survival(rows)
        for day in theirs.index:
            row = ours.loc[(experience, int(day))]
            for figure, name in [("at_risk", "at_risk"), ("churned", "observed"), ("censored", "censored")]:
                result.expect((experience, day), figure, row[figure], theirs.loc[day, name])
            for figure in ["survival", "survival_low", "survival_high"]:
                result.expect((experience, day), figure, row[figure], theirs.loc[day, figure])
    theirs = references.log_rank(lives)
    (test,) = connection.execute("select log_rank_chi2, p_value from churn_survival_tests").fetchall()
    result.expect("log-rank", "chi2", test[0], theirs["chi_squared"])
    result.expect("log-rank", "p_value", test[1], theirs["p_value"])
    return result


def values(observed: pandas.DataFrame, feature: str) -> pandas.DataFrame:
    rows = observed[["account_id", "outcome", "stratum"]].assign(value=observed[feature].astype(float))
    if feature == "tickets":
        # Among accounts with as many tickets, their number says nothing.
        rows["stratum"] = rows["stratum"].str.rsplit(" / ", n=1).str[0]
    return rows.dropna(subset=["value"])
