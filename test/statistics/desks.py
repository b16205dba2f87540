"""Made-up desks whose truth is known: accounts that write, are badly served for a while, and churn, month by month."""

from dataclasses import dataclass

import numpy
import pandas

MONTHS = 18
WINDOW = 3
STAYS = MONTHS + WINDOW
BASE_HAZARD = 0.012
BANDS = [1, 2, 4]


@dataclass
class Desk:
    """Account-months with their outcome and whether the account was badly served, and the tickets of each account and month."""

    months: pandas.DataFrame
    tickets: numpy.ndarray

    def written_about(self, random: numpy.random.Generator, share_by_month: numpy.ndarray) -> numpy.ndarray:
        """Whether an account-month has a ticket with a tag that says nothing: each ticket has it by chance."""
        tagged = in_window(random.binomial(self.tickets, share_by_month))
        return tagged[self.months["account"], self.months["month"]] > 0


def made_up_desk(random: numpy.random.Generator, accounts: int, effect: float = 0.0, hazard_growth: float = 1.0) -> Desk:
    """
    `effect`: what bad service adds to the log hazard of churn. `hazard_growth`: how many times higher everybody's hazard is at the end
    than at the beginning. Accounts differ: in how much they write, and in how likely they are to leave whatever happens.
    """
    started = random.integers(-24, MONTHS - 4, accounts)
    plan = random.integers(0, 3, accounts)
    tickets = random.poisson(random.gamma(0.7, 1.2, accounts)[:, None], (accounts, STAYS))
    frailty = numpy.exp(0.7 * random.normal(size=accounts))
    badly_served = in_window(tickets * bad_times(random, accounts)) > 0
    busy = in_window(tickets) >= BANDS[-1]
    churned_in = numpy.full(accounts, 10 * STAYS)
    for month in range(WINDOW, STAYS):
        drift = hazard_growth ** (month / (STAYS - 1))
        log_hazard = 0.4 * (plan == 0) - 0.4 * (plan == 2) + effect * badly_served[:, month] + 0.4 * busy[:, month]
        hazard = 1 - numpy.exp(-BASE_HAZARD * drift * frailty * numpy.exp(log_hazard))
        leaves = (random.random(accounts) < hazard) & (churned_in > STAYS) & (started <= month)
        churned_in[leaves] = month
    account, month = numpy.nonzero((started[:, None] <= range(MONTHS)) & (churned_in[:, None] >= range(MONTHS)))
    account, month = account[month >= WINDOW], month[month >= WINDOW]
    written = in_window(tickets)[account, month]
    frame = pandas.DataFrame({"account": account, "month": month, "badly_served": badly_served[account, month]})
    frame["churned"] = (churned_in[account] < month + WINDOW).astype(int)
    tenure = numpy.digitize(month - started[account], [3, 12, 24])
    frame["stratum_of_any_time"] = 100 * plan[account] + 10 * tenure + numpy.digitize(written, BANDS)
    frame["stratum"] = 1000 * (month // 3) + frame["stratum_of_any_time"]
    return Desk(frame, tickets)


def bad_times(random: numpy.random.Generator, accounts: int) -> numpy.ndarray:
    """0 or 1 an account and month; bad times last for some months."""
    is_bad = numpy.zeros((accounts, STAYS), int)
    now = random.random(accounts) < 0.3
    for month in range(STAYS):
        now = numpy.where(random.random(accounts) < 0.4, random.random(accounts) < 0.3, now)
        is_bad[:, month] = now
    return is_bad


def in_window(counts: numpy.ndarray) -> numpy.ndarray:
    """For each month, the sum over the months of the window before it."""
    return numpy.stack([counts[:, max(0, month - WINDOW) : month].sum(axis=1) for month in range(counts.shape[1])], axis=1)
