"""What the rest of a period will bring: draws from the register's own past.

Signings go on at the rate of the last two years, in the months in which they used to come; how far
a rate may drift is estimated from how it did. Signed projects that have not started do so as those
before them did (Kaplan & Meier 1958), and so do those still to be signed. Every draw carries the
uncertainty of these estimates; ``tests/matcher/test_forecast.py`` counts how often the band from
the 10th to the 90th percentile of 100 made registers held what came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.indicators import Counted
from matcher.register import FloatArray, IntArray, Register

__all__ = ["DRAWS", "Band", "expected_rest"]

DRAWS: Final = 1000

#: Fewer events, or a shorter record, tell no rate.
LEAST_EVENTS: Final = 8
_LEAST_DAYS = 180
_YEAR = 365
_WINDOW_YEARS = 2
# A rate drifts by about a quarter a year, unless the register tells otherwise: as much as three
# yearly changes say so.
_DRIFT, _DRIFT_WEIGHT, _LEAST_DRIFT = 0.25, 3.0, 0.08
_MONTH_PRIOR = 36.0
_MOST_DRAWN = 2_000_000
_MOST_AT_ONCE = 500_000


@dataclass(frozen=True)
class Band:
    """A forecast: its mean and its 10th, 50th and 90th percentile."""

    expected: float
    p10: float
    p50: float
    p90: float

    @classmethod
    def of(cls, draws: FloatArray) -> Band:
        """The band of some draws."""
        low, middle, high = (float(q) for q in np.quantile(draws, (0.1, 0.5, 0.9)))
        return cls(float(draws.mean()), low, middle, high)


def expected_rest(
    register: Register, what: Counted, until: date, *, seed: int, draws: int = DRAWS
) -> FloatArray | None:
    """Draws of what is added to an indicator after the register's day, up to ``until``.

    Parameters
    ----------
    what : Counted
        What counts, and when.
    until : date
        Last day that counts.

    Returns
    -------
    (draws,) float array in the indicator's unit, or None
        None: the past tells too little (fewer than 8 signings, or half a year).
    """
    rng = np.random.default_rng(seed)
    as_of, last = register.as_of.toordinal(), until.toordinal()
    if last <= as_of:
        return np.zeros(draws)
    signed = register.dates["signed_on"][what.counts]
    pace = _Pace.of(signed, as_of)
    if pace is None:
        return None
    new = pace.drawn(last, rng, draws)
    if what.event == "signed_on":
        return _sums(new, np.nan_to_num(what.value[what.counts & (what.day > 0)]), rng)
    return _started(register, what, pace, new, last, rng)


@dataclass(frozen=True)
class _Pace:
    """How fast projects are signed: so many in so many days, in which months, how steadily."""

    as_of: int
    recent: int
    window: int
    months: FloatArray
    variance: float
    certainty: float

    @classmethod
    def of(cls, signed: IntArray, as_of: int) -> _Pace | None:
        """From the days of signing; None where they are too few."""
        if len(signed) < LEAST_EVENTS or as_of - int(signed.min()) < _LEAST_DAYS:
            return None
        span = as_of - int(signed.min()) + 1
        whole_years = min(span // _YEAR, _WINDOW_YEARS)
        window = whole_years * _YEAR or span
        months = _months(signed, as_of) if whole_years else np.full(12, 1 / 12)
        variance, certainty = _drift(signed, as_of)
        recent = int((signed > as_of - window).sum())
        return cls(as_of, recent, window, months, variance, certainty)

    def ahead(self, last: int) -> FloatArray:
        """(days,) share of a year's signings on each day after the day of the register."""
        days = np.arange(self.as_of + 1, last + 1)
        return np.asarray(self.months[_month(days)] / (_YEAR / 12), np.float64)

    def drawn(self, last: int, rng: np.random.Generator, draws: int) -> IntArray:
        """Draws of the number of signings up to ``last``."""
        # A rate that drifts like a random walk: the mean of the past window and that of the days
        # ahead are a third of each apart, and a year's own step lies between them.
        apart = (self.window + last - self.as_of) / _YEAR / 3 + 1 / 3
        spread = np.sqrt(
            self.variance * apart * self.certainty / rng.chisquare(self.certainty, draws)
        )
        level = rng.gamma(self.recent + 0.5, 1.0, draws) * _YEAR / self.window
        level *= np.exp(np.clip(spread, 0, 1.5) * rng.standard_normal(draws))
        return np.asarray(rng.poisson(level * self.ahead(last).sum()), np.int64)


def _months(signed: IntArray, as_of: int) -> FloatArray:
    """(12,) share of a year's signings in each month, drawn towards equal shares."""
    years = (as_of - int(signed.min()) + 1) // _YEAR
    kept = signed[signed > as_of - years * _YEAR]
    months = np.bincount(_month(kept), minlength=12) + _MONTH_PRIOR / 12
    return np.asarray(months / months.sum(), np.float64)


def _month(days: IntArray) -> IntArray:
    epoch = date(1970, 1, 1).toordinal()
    return (days - epoch).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12


def _drift(signed: IntArray, as_of: int) -> tuple[float, float]:
    """Variance of the yearly change of the rate, in logs, and how many changes say so."""
    years = min((as_of - int(signed.min()) + 1) // _YEAR, 6)
    edges = as_of - _YEAR * np.arange(years + 1)
    totals = [int(((signed > edges[i + 1]) & (signed <= edges[i])).sum()) for i in range(years)]
    changes = 0.0
    for after, before in pairwise(totals):
        chance = 1 / (after + 0.5) + 1 / (before + 0.5)
        changes += np.log((after + 0.5) / (before + 0.5)) ** 2 - chance
    told = max(years - 1, 0)
    variance = (_DRIFT_WEIGHT * _DRIFT**2 + changes) / (_DRIFT_WEIGHT + told)
    return max(float(variance), _LEAST_DRIFT**2), _DRIFT_WEIGHT + told


def _sums(count: IntArray, values: FloatArray, rng: np.random.Generator) -> FloatArray:
    """For each draw the sum of so many values, drawn from those there are."""
    if not len(values):
        return np.zeros(len(count))
    if (values == values[0]).all():
        return np.asarray(count * float(values[0]), np.float64)
    if int(count.sum()) > _MOST_DRAWN:
        # So many that the central limit holds; the mean itself is known only so well.
        deviation = float(values.std())
        mean = values.mean() + deviation / np.sqrt(len(values)) * rng.standard_normal(len(count))
        many = count * mean + np.sqrt(count) * deviation * rng.standard_normal(len(count))
        return np.asarray(np.maximum(many, 0.0), np.float64)
    drawn = values[rng.integers(0, len(values), int(count.sum()))]
    ends = np.cumsum(count)
    sums = np.diff(np.concatenate([[0.0], np.cumsum(drawn)])[np.concatenate([[0], ends])])
    # The values themselves are a sample: their mean is known only so well.
    error = float(values.std() / max(values.mean(), 1e-12) / np.sqrt(len(values)))
    return np.asarray(
        sums * np.exp(error * rng.standard_normal(len(count)) - error**2 / 2), np.float64
    )


def _started(
    register: Register,
    what: Counted,
    pace: _Pace,
    new: IntArray,
    last: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Draws of what starts: of the signed projects that wait, and of those still to be signed."""
    as_of = register.as_of.toordinal()
    alive = _waiting(register)
    values = np.nan_to_num(what.value[what.counts & (what.day > 0)])
    signed, started = register.dates["signed_on"], register.dates["started_on"]
    ended = register.dates["ended_on"]
    waits = what.counts & (started == 0) & (ended == 0)
    age = as_of - signed[waits]
    ahead = last - as_of
    events = int((started > 0).sum())
    # How fast they start is itself known only from so many starts.
    haste = np.exp(rng.standard_normal(len(new)) / np.sqrt(max(events, 1)))
    # A figure nobody knows today is not counted then either, and told as missing.
    total = _starting(alive, age, ahead, haste, np.nan_to_num(what.value[waits]), rng)
    # One signed on a day in between has until the last day; most are signed in busy months.
    busy = pace.ahead(last)
    soon = 1 - float(np.average(_at(alive, np.arange(ahead - 1, -1, -1)), weights=busy))
    return np.asarray(total + _sums(rng.binomial(new, soon), values, rng), np.float64)


def _starting(
    alive: FloatArray,
    age: IntArray,
    ahead: int,
    haste: FloatArray,
    values: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """(draws,) sum of the values of those waiting projects that start within ``ahead`` days."""
    # The chance depends on the age alone, and ages are far fewer than projects.
    ages, of = np.unique(age, return_inverse=True)
    still = np.maximum(_at(alive, ages), 1e-9)
    stays = np.clip(_at(alive, ages + ahead) / still, 0.0, 1.0)
    total = np.empty(len(haste))
    rows = max(_MOST_AT_ONCE // max(len(age), 1), 1)
    for first in range(0, len(haste), rows):
        part = slice(first, first + rows)
        chance = (1 - stays[None, :] ** haste[part, None]).astype(np.float32)
        drawn = rng.random((len(chance), len(age)), np.float32)
        total[part] = (drawn < chance[:, of]) @ values
    return total


def _waiting(register: Register) -> FloatArray:
    """(days,) share of projects not started so many days after signing (Kaplan–Meier)."""
    as_of = register.as_of.toordinal()
    signed, started = register.dates["signed_on"], register.dates["started_on"]
    ended = register.dates["ended_on"]
    over = np.where(started > 0, started, np.where(ended > 0, ended, as_of))
    length = np.maximum(over - signed, 0)
    size = int(length.max()) + 2 if len(length) else 1
    begun = np.bincount(length[started > 0], minlength=size)
    leave = np.bincount(length, minlength=size)
    at_risk = leave[::-1].cumsum()[::-1]
    stay: FloatArray = np.cumprod(1 - begun / np.maximum(at_risk, 1))
    return stay


def _at(alive: FloatArray, age: NDArray[np.int64]) -> FloatArray:
    return alive[np.minimum(age, len(alive) - 1)]
