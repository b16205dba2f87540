"""The churn marts' statistics as scipy, statsmodels and lifelines compute them, from rows, one group at a time."""

import warnings

import numpy
import pandas
import scipy.stats
import statsmodels.api
import statsmodels.stats.contingency_tables
import statsmodels.stats.multitest
import statsmodels.stats.proportion
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

NOTHING = float("nan")
QUANTILE = scipy.stats.norm.ppf(0.975)


def correlations(rows: pandas.DataFrame) -> dict[str, float]:
    """`rows`: account_id, value, outcome (0 or 1), none missing."""
    value, outcome = rows["value"].to_numpy(float), rows["outcome"].to_numpy(float)
    figures = {
        "account_months": len(rows),
        "accounts": rows["account_id"].nunique(),
        "positive_account_months": int(outcome.sum()),
        "mean_when_positive": value[outcome == 1].mean() if (outcome == 1).any() else NOTHING,
        "mean_when_not": value[outcome == 0].mean() if (outcome == 0).any() else NOTHING,
    }
    figures |= adjusted_slope(rows, value, outcome)
    names = ["pearson_r", "spearman_rho", "auc", "slope", "slope_se", "p_value", "score_p_value"]
    if numpy.ptp(value) == 0 or numpy.ptp(outcome) == 0:
        return figures | dict.fromkeys(names, NOTHING)
    cases, others = value[outcome == 1], value[outcome == 0]
    figures["pearson_r"] = scipy.stats.pearsonr(value, outcome).statistic
    figures["spearman_rho"] = scipy.stats.spearmanr(value, outcome).statistic
    figures["auc"] = scipy.stats.mannwhitneyu(cases, others).statistic / (len(cases) * len(others))
    figures["score_p_value"] = score_p_value(rows, value, outcome)
    return figures | clustered_slope(rows, value, outcome)


def clustered_slope(rows: pandas.DataFrame, value: numpy.ndarray, outcome: numpy.ndarray) -> dict[str, float]:
    groups = pandas.factorize(rows["account_id"])[0]
    # Centred, or the intercept's column makes large values lose digits; slope and error are the same.
    design = statsmodels.api.add_constant(value - value.mean())
    if groups.max() == 0 or len(rows) <= 2:
        slope = statsmodels.api.OLS(outcome, design).fit().params[1]
        return {"slope": slope, "slope_se": NOTHING, "p_value": NOTHING}
    fit = statsmodels.api.OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=False)
    return {"slope": fit.params[1], "slope_se": fit.bse[1], "p_value": 2 * scipy.stats.norm.sf(abs(fit.tvalues[1]))}


def score_p_value(rows: pandas.DataFrame, value: numpy.ndarray, outcome: numpy.ndarray) -> float:
    """Variance between accounts, without the slope; no library has it, so this is the definition, row by row."""
    products = pandas.Series((value - value.mean()) * (outcome - outcome.mean()))
    scores = products.groupby(rows["account_id"].to_numpy()).sum()
    if len(scores) < 2:
        return NOTHING
    return 2 * scipy.stats.norm.sf(abs(scores.sum()) / numpy.sqrt((scores**2).sum()))


def adjusted_slope(rows: pandas.DataFrame, value: numpy.ndarray, outcome: numpy.ndarray) -> dict[str, float]:
    """The slope beside a constant for each stratum, by the library; its score test by the definition, row by row."""
    stratum = rows["stratum"].to_numpy()
    x = value - pandas.Series(value).groupby(stratum).transform("mean").to_numpy()
    y = outcome - pandas.Series(outcome).groupby(stratum).transform("mean").to_numpy()
    parts = pandas.DataFrame({"account_id": rows["account_id"].to_numpy(), "stratum": stratum, "score": x * y})
    scores = scores_by_account(parts)
    # What differs from its stratum's mean by rounding does not differ.
    if x @ x <= 1e-20 * (value @ value) or (scores**2).sum() <= 1e-20 * (x @ x) * (y @ y):
        return {"adjusted_slope": NOTHING, "adjusted_p_value": NOTHING}
    # A large constant in the value makes a library's matrix lose digits, and changes no slope.
    design = numpy.column_stack([value - value.mean(), pandas.get_dummies(stratum).to_numpy(float)])
    fit = statsmodels.api.OLS(outcome, design).fit()
    p_value = 2 * scipy.stats.norm.sf(abs(x @ y) / numpy.sqrt((scores**2).sum()))
    return {"adjusted_slope": fit.params[0], "adjusted_p_value": p_value}


def corrected(p_values: numpy.ndarray) -> numpy.ndarray:
    """Benjamini-Hochberg; NaN where there was no test."""
    q_values = numpy.full(len(p_values), NOTHING)
    known = ~numpy.isnan(p_values)
    if known.any():
        q_values[known] = statsmodels.stats.multitest.multipletests(p_values[known], method="fdr_bh")[1]
    return q_values


def buckets(rows: pandas.DataFrame) -> pandas.DataFrame:
    """By bucket: quartiles by nearest rank, a value's bucket is one more than the quartiles below it."""
    quartiles = numpy.quantile(rows["value"], [0.25, 0.5, 0.75], method="inverted_cdf")
    bucket = 1 + (rows["value"].to_numpy()[:, None] > quartiles).sum(axis=1)
    found = []
    for number, part in rows.groupby(bucket):
        churned = int(part["outcome"].sum())
        effect = design_effect(part)
        low, high = statsmodels.stats.proportion.proportion_confint(churned / effect, len(part) / effect, method="wilson")
        overall = rows["outcome"].mean()
        found.append(
            {
                "bucket": number,
                "bucket_from": part["value"].min(),
                "bucket_to": part["value"].max(),
                "account_months": len(part),
                "churned_account_months": churned,
                "churn_rate": churned / len(part),
                "churn_rate_low": low,
                "churn_rate_high": high,
                "lift": churned / len(part) / overall if overall > 0 else NOTHING,
            }
        )
    return pandas.DataFrame(found)


def design_effect(rows: pandas.DataFrame) -> float:
    """The cluster-robust variance of a share over that of independent cases; without any variance, each account's cases are one."""
    outcome, groups = rows["outcome"].to_numpy(float), pandas.factorize(rows["account_id"])[0]
    share = outcome.mean()
    if groups.max() == 0 or share in (0, 1):
        return (numpy.bincount(groups) ** 2).sum() / len(rows)
    fit = statsmodels.api.OLS(outcome, numpy.ones(len(rows))).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=False)
    return max(1.0, fit.bse[0] ** 2 / (share * (1 - share) / len(rows)))


def topic(months: pandas.DataFrame) -> dict[str, float]:
    """`months`: account_id, stratum, churned, exposed (0 or 1), every observed account-month."""
    exposed, churned = months["exposed"].to_numpy(), months["churned"].to_numpy()
    cells = two_by_two(exposed, churned)
    (a, b), (c, d) = cells
    figures = {
        "exposed_account_months": a + b,
        "exposed_churned": a,
        "unexposed_account_months": c + d,
        "unexposed_churned": c,
        "risk_ratio": a / (a + b) / (c / (c + d)) if c > 0 else NOTHING,
    }
    clustered = {"clustered_p_value": clustered_p_value(months)} | without_each_account(months)
    return figures | crude_odds(cells) | stratified(months) | clustered


def topic_accounts(months: pandas.DataFrame) -> dict[str, int]:
    """Accounts with a month on either side, and those with one on it that churn followed."""
    figures = {}
    for side, is_exposed in [("exposed", 1), ("unexposed", 0)]:
        part = months[months["exposed"] == is_exposed]
        figures[f"{side}_accounts"] = part["account_id"].nunique()
        figures[f"{side}_churned_accounts"] = part.loc[part["churned"] == 1, "account_id"].nunique()
    return figures


def crude_odds(cells: numpy.ndarray) -> dict[str, float]:
    """Nothing where a row or a column is empty: 0.5 in its cells would be all that its odds are made of."""
    if min(cells.sum(axis=0).min(), cells.sum(axis=1).min()) == 0:
        return dict.fromkeys(["odds_ratio", "odds_ratio_low", "odds_ratio_high"], NOTHING)
    # Haldane and Anscombe add 0.5 to every cell; the library's own shift_zeros does to empty ones only.
    addend = 0.5 if cells.min() == 0 else 0.0
    crude = statsmodels.stats.contingency_tables.Table2x2(cells + addend, shift_zeros=False)
    low, high = crude.oddsratio_confint()
    return {"odds_ratio": crude.oddsratio, "odds_ratio_low": low, "odds_ratio_high": high}


def stratified(months: pandas.DataFrame) -> dict[str, float]:
    # A stratum with one month compares nothing, and Cochran's variance divides by n - 1.
    tables = [
        two_by_two(part["exposed"].to_numpy(), part["churned"].to_numpy()).astype(float)
        for _, part in months.groupby("stratum")
        if len(part) > 1
    ]
    names = ["adjusted_odds_ratio", "adjusted_odds_ratio_low", "adjusted_odds_ratio_high", "p_value"]
    figures = dict.fromkeys(names, NOTHING)
    if not tables:
        return figures
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pooled = statsmodels.stats.contingency_tables.StratifiedTable(tables)
        products = [sum(t[0, 0] * t[1, 1] / t.sum() for t in tables), sum(t[0, 1] * t[1, 0] / t.sum() for t in tables)]
        if min(products) > 0:
            figures["adjusted_odds_ratio"] = pooled.oddsratio_pooled
            low, high = pooled.oddsratio_pooled_confint()
            figures["adjusted_odds_ratio_low"], figures["adjusted_odds_ratio_high"] = low, high
        # The statistic by the library, its tail by scipy: the library's own is 1 - cdf, which ends at 1e-16.
        statistic = pooled.test_null_odds(correction=False).statistic
    figures["p_value"] = scipy.stats.chi2.sf(statistic, 1)
    return figures


def clustered_p_value(months: pandas.DataFrame) -> float:
    """Score test within strata, variance between accounts; no library has it, so this is the definition, row by row."""
    within = months.groupby("stratum")
    if stratified(months)["p_value"] != stratified(months)["p_value"]:
        return NOTHING
    exposed = months["exposed"] - within["exposed"].transform("mean")
    churned = months["churned"] - within["churned"].transform("mean")
    score = exposed * churned
    variance = (scores_by_account(months[["account_id", "stratum"]].assign(score=score)) ** 2).sum()
    return scipy.stats.chi2.sf(score.sum() ** 2 / variance, 1) if variance > 0 else NOTHING


def scores_by_account(rows: pandas.DataFrame) -> pandas.Series:
    """Each account's sum of scores; those of a stratum with g accounts count with the root of g / (g - 1)."""
    accounts = rows.groupby("stratum")["account_id"].transform("nunique")
    weighted = rows["score"] * numpy.sqrt(accounts / numpy.maximum(accounts - 1, 1))
    return weighted.groupby(rows["account_id"]).sum()


def without_each_account(months: pandas.DataFrame) -> dict[str, float]:
    """Intervals from leaving out one account after the other; no library has them, so this leaves them out."""
    concerned = months[months.groupby("stratum")["exposed"].transform("max") == 1]
    names = ["clustered_odds_ratio_low", "clustered_odds_ratio_high"]
    names += ["adjusted_risk_difference", "adjusted_risk_difference_low", "adjusted_risk_difference_high"]
    figures = dict.fromkeys(names, NOTHING)
    r, s, w = mantel_haenszel_sums(concerned)
    if w == 0:
        return figures
    accounts = pandas.factorize(concerned["account_id"])[0]
    left_out = [concerned[accounts != account] for account in range(accounts.max() + 1)]
    lost = numpy.array([(r, s, w) - mantel_haenszel_sums(others) for others in left_out])
    shrink = (len(lost) - 1) / len(lost)
    difference = (r - s) / w
    error = numpy.sqrt(shrink * ((lost[:, 0] - lost[:, 1] - difference * lost[:, 2]) ** 2).sum()) / w
    figures["adjusted_risk_difference"] = difference
    figures["adjusted_risk_difference_low"] = difference - QUANTILE * error
    figures["adjusted_risk_difference_high"] = difference + QUANTILE * error
    if r > 0 and s > 0:
        log_error = numpy.sqrt(shrink * ((lost[:, 0] - r / s * lost[:, 1]) ** 2).sum()) / r
        figures["clustered_odds_ratio_low"] = r / s * numpy.exp(-QUANTILE * log_error)
        figures["clustered_odds_ratio_high"] = r / s * numpy.exp(QUANTILE * log_error)
    return figures


def stratified_odds_ratio(months: pandas.DataFrame) -> float:
    r, s, _ = mantel_haenszel_sums(months)
    return r / s


def mantel_haenszel_sums(months: pandas.DataFrame) -> numpy.ndarray:
    """Over the strata, with cells a, b (exposed, churned or not), c, d: sums of ad / n, bc / n and (a + b)(c + d) / n."""
    cell = 2 * months["exposed"].to_numpy(int) + months["churned"].to_numpy(int)
    stratum = pandas.factorize(months["stratum"])[0]
    if len(months) == 0:
        return numpy.zeros(3)
    counts = numpy.bincount(4 * stratum + cell, minlength=4 * (stratum.max() + 1)).reshape(-1, 4).astype(float)
    d, c, b, a = counts.T
    return (numpy.array([a * d, b * c, (a + b) * (c + d)]) / counts.sum(axis=1)).sum(axis=1)


def two_by_two(exposed: numpy.ndarray, churned: numpy.ndarray) -> numpy.ndarray:
    return numpy.array(
        [[int(((exposed == row) & (churned == column)).sum()) for column in (1, 0)] for row in (1, 0)]
    )


def survival(lives: pandas.DataFrame) -> pandas.DataFrame:
    """By duration, of one group: at_risk, churned, censored, survival and its interval."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter = KaplanMeierFitter().fit(lives["duration_days"], lives["is_churned"])
    table = fitter.event_table[["at_risk", "observed", "censored"]].copy()
    table["survival"] = fitter.survival_function_["KM_estimate"]
    table["survival_low"] = fitter.confidence_interval_.iloc[:, 0]
    table["survival_high"] = fitter.confidence_interval_.iloc[:, 1]
    table.loc[table["survival"] < 1e-12, ["survival_low", "survival_high"]] = NOTHING
    return table


def log_rank(lives: pandas.DataFrame) -> dict[str, float]:
    first, others = lives[lives["experience"] == "poor"], lives[lives["experience"] != "poor"]
    figures = {"chi_squared": NOTHING, "p_value": NOTHING}
    if first.empty or others.empty or not lives["is_churned"].any():
        return figures
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = logrank_test(first["duration_days"], others["duration_days"], first["is_churned"], others["is_churned"])
    if result.test_statistic != result.test_statistic:
        return figures
    return {"chi_squared": result.test_statistic, "p_value": scipy.stats.chi2.sf(result.test_statistic, 1)}
