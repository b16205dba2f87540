"""How often intervals hold the truth, and tests find what is not there, on desks whose truth is known and on the demo's own tickets."""

from collections.abc import Callable

import duckdb
import numpy
import pandas

import references
from desks import STAYS, made_up_desk
from panels import Panels

Answers = Callable[[Panels], dict[str, pandas.DataFrame]]

SEEDS = 200
DRAWS = 600
ACCOUNTS = [40, 100, 300]
EFFECT = 0.8
TAG_SHARES = [0.1, 0.2, 0.4]
HAZARD_GROWTH = 4.0


def coverage(answers: Answers) -> list[dict[str, object]]:
    """By number of accounts: in how many desks the intervals of the churn rates and of the adjusted odds ratio hold the truth."""
    large = made_up_desk(numpy.random.default_rng(1), 60_000, EFFECT).months
    rates = large.groupby("badly_served")["churned"].mean()
    odds_ratio = references.stratified_odds_ratio(large.rename(columns={"badly_served": "exposed"}))
    reports = []
    for accounts in ACCOUNTS:
        panels = Panels()
        for seed in range(SEEDS):
            desk = made_up_desk(numpy.random.default_rng([accounts, seed]), accounts, EFFECT).months
            add_desk(panels, f"{accounts} {seed}", desk, {"badly served": desk["badly_served"]})
        found = answers(panels)
        buckets, topics = found["buckets"], found["topics"]
        truth = buckets["bucket_from"].map({0.0: rates[False], 1.0: rates[True]})
        held = (buckets["churn_rate_low"] <= truth) & (truth <= buckets["churn_rate_high"])
        topics = topics[topics["clustered_odds_ratio_low"].notna() & (topics["exposed_churned_accounts"] >= 5)]
        reports.append(
            {
                "accounts": accounts,
                "rates": len(held),
                "rates_held": float(held.mean()),
                "odds_ratios": len(topics),
                "odds_ratios_held": share_held(topics, "clustered_odds_ratio", odds_ratio),
                "odds_ratios_held_unclustered": share_held(topics, "adjusted_odds_ratio", odds_ratio),
            }
        )
    return reports


def share_held(rows: pandas.DataFrame, figure: str, truth: float) -> float:
    return float(((rows[f"{figure}_low"] <= truth) & (truth <= rows[f"{figure}_high"])).mean())


def random_tags_under_drift(answers: Answers) -> dict[str, float]:
    """Tags by chance that spread while everybody's churn grows: how often each set of strata takes them for a sign of churn."""
    shares = 0.2 * numpy.linspace(0.2, 1.8, STAYS)
    found = {}
    for name, stratum in [("in_strata", "stratum"), ("at_any_time", "stratum_of_any_time")]:
        panels = Panels()
        for seed in range(SEEDS):
            random = numpy.random.default_rng([77, seed])
            desk = made_up_desk(random, 300, EFFECT, HAZARD_GROWTH)
            add_desk(panels, f"drift {seed}", desk.months, {"tag": desk.written_about(random, shares)}, stratum)
        found[name] = share_found(answers(panels)["topics"], SEEDS)
    return found


def random_tags_of_the_demo(connection: duckdb.DuckDBPyConnection, answers: Answers) -> dict[str, float]:
    """Tags put by chance on shares of the demo's tickets, in the mart's own strata: how often one is taken for a sign of churn."""
    months = connection.execute(
        "select account_id, month, stratum, churned_within_horizon::integer as churned from account_months where is_observed"
    ).df()
    tickets = connection.execute(
        "select account_id, workspace_id || ' ' || conversation_id as ticket, happened_on, held_until_on "
        "from intercom_staging.int_account_events where kind = 'ticket'"
    ).df()
    windows = connection.execute(
        "select month, window_from_on, window_until_on from intercom_staging.int_churn_months where is_observed"
    ).df()
    written = tickets.merge(windows, how="cross")
    written = written[
        (written["happened_on"] >= written["window_from_on"])
        & (written["happened_on"] < written["window_until_on"])
        & (written["held_until_on"].isna() | (written["held_until_on"] >= written["window_until_on"]))
    ]
    panels = Panels()
    panels.months.append(months.assign(panel="demo"))
    panels.fill_in()
    known = tickets["ticket"].unique()
    for share in TAG_SHARES:
        for draw in range(DRAWS):
            random = numpy.random.default_rng([int(share * 100), draw])
            tagged = written[written["ticket"].isin(known[random.random(len(known)) < share])]
            exposed = tagged[["account_id", "month"]].drop_duplicates()
            panels.exposures.append(exposed.assign(panel="demo", topic=f"{share} {draw}"))
    topics = answers(panels)["topics"]
    shares = topics["topic"].str.split(" ").str[0]
    return {str(share): share_found(topics[shares == str(share)], DRAWS) for share in TAG_SHARES}


def share_found(topics: pandas.DataFrame, tags: int) -> float:
    if len(topics) != tags:
        raise RuntimeError(f"{len(topics)} of {tags} tags have a row")
    return float((topics["clustered_p_value"] < 0.05).mean())


def add_desk(
    panels: Panels, name: str, desk: pandas.DataFrame, exposures: dict[str, object], stratum: str = "stratum"
) -> None:
    """A desk as a panel; each exposure is a topic and, as 0 and 1, a feature."""
    frame = pandas.DataFrame({"panel": name, "account_id": desk["account"].astype(str), "month": desk["month"]})
    frame["stratum"], frame["churned"] = desk[stratum].astype(str), desk["churned"]
    panels.months.append(frame)
    for topic, is_exposed in exposures.items():
        panels.add_exposure(frame, topic, is_exposed)
    panels.add_observations(frame, {topic: numpy.asarray(each, float) for topic, each in exposures.items()})
    panels.fill_in()
