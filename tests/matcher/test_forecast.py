"""The forecast: how often its band holds what came, and what it refuses to say."""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta

import numpy as np
import pytest

from made_register import JIANGSHAN, Row, project, register
from matcher import indicators
from matcher.forecast import Band, expected_rest

BEGIN, YEARS = date(2003, 1, 1), 5


def made(seed: int, a_year: float, drift: float) -> list[Row]:
    """Five years of signings: the rate drifts from year to year, autumn is busy, most start."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    level = 1.0
    for year in range(YEARS):
        level *= float(np.exp(drift * rng.standard_normal()))
        for month in range(12):
            busy = 2.0 if month >= 9 else 0.75
            for _ in range(rng.poisson(a_year * level * busy / 12.75)):
                day = date(BEGIN.year + year, month + 1, int(rng.integers(1, 28)))
                wait = int(rng.exponential(200))
                heads = None if rng.random() < 0.2 else int(rng.lognormal(4, 0.8))
                rows.append(
                    project(
                        f"P{len(rows)}", signed_on=day, resource_id=None, region=JIANGSHAN,
                        programme="industry", trained=heads,
                        agreed_wan=float(rng.lognormal(8, 1)),
                        started_on=day + timedelta(days=wait) if rng.random() < 0.85 else None,
                    )
                )  # fmt: skip
    return rows


def _held(name: str, a_year: float, drift: float, worlds: int, as_of: date) -> float:
    """Share of made registers whose end of year lay in the band of the 10th to 90th percentile."""
    until = date(as_of.year, 12, 31)
    held = 0
    for seed in range(worlds):
        rows = made(seed, a_year, drift)
        then, later = register(rows, as_of=as_of), register(rows, as_of=until)
        what, came = indicators.counted(then, name), indicators.counted(later, name)
        assert what is not None and came is not None
        draws = expected_rest(then, what, until, seed=seed, draws=200)
        assert draws is not None
        inside = came.inside(as_of.toordinal() + 1, until.toordinal())
        truth = float(np.nansum(came.value[inside]))
        band = Band.of(draws)
        held += band.p10 - 1e-9 <= truth <= band.p90 + 1e-9
    return held / worlds


@pytest.mark.parametrize("as_of", [date(2006, 4, 15), date(2007, 9, 30)])
@pytest.mark.parametrize(
    ("name", "a_year", "drift"),
    [
        ("cooperation_projects", 60.0, 0.1), ("cooperation_amount", 60.0, 0.25),
        ("labour_trained", 60.0, 0.25),
    ],
)  # fmt: skip
def test_the_band_holds_what_comes_about_four_times_in_five(
    name: str, a_year: float, drift: float, as_of: date
) -> None:
    # Of 80 worlds a band of 80 % holds 64 with a standard deviation of 3.6.
    assert 0.66 <= _held(name, a_year, drift, 80, as_of) <= 0.96


def test_too_short_a_past_gives_no_forecast_and_a_period_that_is_over_nothing_more() -> None:
    few = register([project(f"P{n}") for n in range(3)])
    what = indicators.counted(few, "cooperation_projects")
    assert what is not None
    assert expected_rest(few, what, date(2007, 12, 31), seed=1) is None
    over = expected_rest(few, what, date(2006, 12, 31), seed=1, draws=5)
    assert over is not None and over.tolist() == [0.0] * 5


def test_waiting_projects_start_as_those_before_them_did() -> None:
    # 40 of 40 started 100 days after signing; ten signed 50 days ago wait, each of 1,000 workers.
    # Nothing else is signed in the last two years, so within 60 days all ten start and no other.
    old = [
        project(f"O{n}", programme="labour", jobs=500, signed_on=date(2003, 1, 1 + n % 28),
                started_on=date(2003, 1, 1 + n % 28) + timedelta(days=100))
        for n in range(40)
    ]  # fmt: skip
    as_of = date(2006, 6, 30)
    new = [
        project(f"W{n}", programme="labour", jobs=1000, signed_on=as_of - timedelta(days=50))
        for n in range(10)
    ]
    found = register(old + new, as_of=as_of)
    what = indicators.counted(found, "labour_exported")
    assert what is not None
    draws = expected_rest(found, what, as_of + timedelta(days=60), seed=1)
    assert draws is not None
    assert np.median(draws) == pytest.approx(1.0)  # 10 × 1,000 people in ten thousands


def test_ten_thousand_waiting_projects_take_little_memory() -> None:
    # 1,000 draws × 10,000 projects at once were 10 million cells of 21 bytes in all.
    day = date(2004, 1, 1)
    waiting = [
        project(f"W{n}", programme="labour", jobs=10, signed_on=day + timedelta(days=n % 800))
        for n in range(10_000)
    ]
    started = [
        project(f"S{n}", programme="labour", jobs=10, signed_on=day + timedelta(days=n),
                started_on=day + timedelta(days=2 * n + 30))
        for n in range(300)
    ]  # fmt: skip
    found = register(waiting + started, as_of=date(2006, 6, 30))
    what = indicators.counted(found, "labour_exported")
    assert what is not None
    tracemalloc.start()
    try:
        draws = expected_rest(found, what, date(2006, 12, 31), seed=1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert draws is not None and draws.min() >= 0
    assert peak < 40e6


def test_the_same_seed_gives_the_same_draws() -> None:
    found = register(made(1, 30.0, 0.2), as_of=date(2006, 6, 30))
    what = indicators.counted(found, "cooperation_amount")
    assert what is not None
    one, two = (expected_rest(found, what, date(2006, 12, 31), seed=5) for _ in range(2))
    assert one is not None and two is not None and (one == two).all()
