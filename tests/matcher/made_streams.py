"""Markets for placement through the year: few places, heavy-tailed needs, arrivals in bursts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.arrivals import Arrivals, Floats, joined


@dataclass(frozen=True)
class Stream:
    """A year to decide, the years before, and what there is."""

    now: Arrivals
    past: Arrivals
    years: int
    capacity: Floats


def made_stream(
    seed: int, *, arrivals: int = 60, places: int = 6, weeks: int = 10, years: int = 2,
    drift: float = 0.0,
) -> Stream:  # fmt: skip
    """Trades with a taste for some places, needs with heavy tails, fairs that bring a burst.

    Parameters
    ----------
    drift : float
        Spread (of the logarithm) by which this year's mix of trades differs from the past.
    """
    dice = np.random.default_rng(seed)
    trades = 5
    taste = dice.gamma(1.5, 1.0, (trades, places)) * (dice.random((trades, places)) < 0.7)
    level = 1 + dice.pareto(3.0, places)
    typical = dice.gamma(2.0, 5.0, (trades, 3))
    mix = dice.dirichlet(np.full(trades, 2.0))
    fairs = dice.choice(weeks, max(1, weeks // 5), replace=False)
    rate = np.ones(weeks)
    rate[fairs] += 4.0
    rate *= arrivals / rate.sum()

    def year(share: Floats) -> Arrivals:
        count = dice.poisson(rate)
        week = np.repeat(np.arange(weeks), count)
        trade = dice.choice(trades, len(week), p=share)
        size = 0.5 + dice.pareto(2.0, len(week))
        need = np.ceil(size[:, None] * typical[trade] * dice.gamma(4.0, 0.25, (len(week), 3)))
        noise = dice.gamma(6.0, 1 / 6, (len(week), places))
        value = np.round(size[:, None] ** 0.9 * taste[trade] * level * noise, 3)
        arrival, resource = np.nonzero(value > 0)
        use = np.column_stack([need, np.ones(len(week))])[arrival]
        return Arrivals(week.astype(np.int64), arrival, resource, value[arrival, resource], use)

    changed = mix * dice.lognormal(0, drift, trades)
    past = joined([year(mix) for _ in range(years)])
    now = year(changed / changed.sum())
    spread = dice.dirichlet(np.full(places, 3.0))[:, None]
    needed = np.array([typical.mean() * arrivals] * 3 + [arrivals * 1.0])
    capacity = np.maximum(np.floor(needed * spread * 0.9), [1, 1, 1, 1])
    return Stream(now, past, years, capacity)
