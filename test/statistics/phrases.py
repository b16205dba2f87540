"""Log-odds of phrases with an informative Dirichlet prior, against Monroe, Colaresi and Quinn's equations, written out."""

import duckdb
import numpy
import pandas
import scipy.stats

import references
from comparison import Comparison

JUDGEMENTS = ["uncovered", "rising", "low_rating", "before_churn"]
FIGURES = ["log_odds", "z", "p_value"]


def compare(query: str, connection: duckdb.DuckDBPyConnection) -> list[Comparison]:
    """`query`: the macro's, over panel_phrases. `connection`: to the marts."""
    random = Comparison("random panels: log-odds")
    for _, rows in answer(query, random_panels(40)).groupby("panel"):
        expect(random, rows, "found", rows["customers"], rows["other_customers"], tested=rows["found_z"].notna())
    demo = Comparison("demo: log-odds")
    for _, rows in connection.execute("select * from feedback_phrases").df().groupby("workspace_id"):
        for name in JUDGEMENTS:
            counts = rows[f"{name}_customers"], rows[f"{name}_other_customers"]
            expect(demo, rows, name, *counts, tested=rows[f"is_{name}_sufficient"])
    return [random, demo]


def found_by_chance(query: str, seeds: int) -> float:
    """In how many panels in which nothing differs a phrase is found. The groups are a week, and the eight weeks before."""
    rows = answer(query, null_panels(seeds))
    return float((rows["found_q_value"] < 0.05).groupby(rows["panel"]).any().mean())


def found_of_planted(query: str, seeds: int) -> int:
    """In how many panels the one phrase that is four times as frequent as before is found."""
    rows = answer(query, null_panels(seeds, planted_times=4.0))
    return int((rows[rows["phrase"] == "planted"]["found_q_value"] < 0.05).sum())


def expect(
    result: Comparison, rows: pandas.DataFrame, name: str, counts: pandas.Series, others: pandas.Series, tested: pandas.Series
) -> None:
    theirs = log_odds(counts.to_numpy(float), others.to_numpy(float))
    for figure in FIGURES:
        for phrase, ours, reference in zip(rows["phrase"], rows[f"{name}_{figure}"], theirs[figure], strict=True):
            result.expect(phrase, f"{name} {figure}", ours, reference)
    q_values = references.corrected(numpy.where(tested, theirs["p_value"], numpy.nan))
    for phrase, ours, reference in zip(rows["phrase"], rows[f"{name}_q_value"], q_values, strict=True):
        result.expect(phrase, f"{name} q", ours, reference)


def log_odds(counts: numpy.ndarray, others: numpy.ndarray) -> dict[str, numpy.ndarray]:
    """Equations 15, 19 and 22, word by word; the prior is half as heavy as the smaller group."""
    size, other_size = counts.sum(), others.sum()
    weight = min(size, other_size) / 2
    ratios, scores = [], []
    for count, other in zip(counts, others, strict=True):
        prior = weight * (count + other) / (size + other_size) if size + other_size else 0.0
        rest, other_rest = size + weight - count - prior, other_size + weight - other - prior
        if prior == 0 or rest == 0 or other_rest == 0:
            ratios.append(numpy.nan)
            scores.append(numpy.nan)
            continue
        ratios.append(numpy.log((count + prior) / rest) - numpy.log((other + prior) / other_rest))
        scores.append(ratios[-1] / numpy.sqrt(1 / (count + prior) + 1 / (other + prior)))
    return {"log_odds": numpy.array(ratios), "z": numpy.array(scores), "p_value": scipy.stats.norm.sf(scores)}


def answer(query: str, panel_phrases: pandas.DataFrame) -> pandas.DataFrame:
    connection = duckdb.connect()
    connection.register("panel_phrases", panel_phrases)
    return connection.execute(query).df()


def random_panels(count: int) -> pandas.DataFrame:
    """Few and many phrases, zeros, an empty group, a phrase by itself."""
    frames = []
    for number in range(count):
        random = numpy.random.default_rng(300 + number)
        phrases = [1, 2, 5, 40, 300][number % 5]
        rates = random.lognormal(1, 1.5, phrases)
        frame = pandas.DataFrame({"panel": f"random {number}", "phrase": [f"phrase {each}" for each in range(phrases)]})
        frame["customers"] = random.poisson(rates * [1.0, 0.05, 20.0][number % 3])
        frame["other_customers"] = random.poisson(rates * 8) * (0 if number % 11 == 10 else 1)
        frames.append(frame)
    return pandas.concat(frames, ignore_index=True)


def null_panels(count: int, planted_times: float = 1.0) -> pandas.DataFrame:
    """200 phrases, each as frequent in the newest week as in the eight before; `planted` so many times as frequent."""
    frames = []
    for number in range(count):
        random = numpy.random.default_rng(400 + number)
        rates = numpy.concatenate([[6.0], random.lognormal(1.5, 1.0, 199)])
        frame = pandas.DataFrame({"panel": f"null {number}", "phrase": ["planted", *(f"phrase {each}" for each in range(199))]})
        times = numpy.where(frame["phrase"] == "planted", planted_times, 1.0)
        frame["customers"] = random.poisson(rates * times)
        frame["other_customers"] = random.poisson(rates * 8)
        frames.append(frame)
    return pandas.concat(frames, ignore_index=True)
