"""What was compared, with what, and how far apart it was."""

import math

RELATIVE_ERROR_MAX = 1e-6
# Below this, a difference is what 64-bit arithmetic leaves of a zero: a correlation of 0 may come out as 1e-16.
ABSOLUTE_ERROR_MAX = 1e-15


class Comparison:
    """One kind of figure, ours against a library's; `None` and NaN are the same: there is no figure."""

    def __init__(self, name: str, absolute_error_max: float = ABSOLUTE_ERROR_MAX):
        self.name = name
        self.absolute_error_max = absolute_error_max
        self.compared = 0
        self.worst = 0.0
        self.failures: list[str] = []

    def expect(self, where: object, figure: str, ours: object, theirs: object) -> None:
        self.compared += 1
        ours, theirs = missing_as_none(ours), missing_as_none(theirs)
        if ours is None or theirs is None:
            if ours is not theirs:
                self.failures.append(f"{where} {figure}: {ours} instead of {theirs}")
            return
        difference = abs(ours - theirs)
        if difference <= self.absolute_error_max:
            return
        error = difference / abs(theirs) if theirs != 0 else math.inf
        self.worst = max(self.worst, error)
        if error > RELATIVE_ERROR_MAX:
            self.failures.append(f"{where} {figure}: {ours!r} instead of {theirs!r}")

    def report(self) -> dict[str, object]:
        return {
            "name": self.name,
            "compared": self.compared,
            "worst_relative_error": self.worst,
            "failures": self.failures[:20],
        }


def missing_as_none(value: object) -> float | None:
    if value is None:
        return None
    number = float(value)
    return None if math.isnan(number) else number
