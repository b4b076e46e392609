"""A half-life is chosen where what mattered once no longer does, and only there."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from features.market import Market
from features.pairs import Pairs, compute
from features.tables import Table, Value
from features.text import NgramEncoder
from models.fitting import fit_stages
from models.history import Introductions, introductions
from models.recency import HALF_LIVES, chosen_half_life, fit_recent
from models.stages import BlockScorer, StageModel
from tests.models.made_world import AS_OF, ENTERPRISES, RESOURCES, market, tables

TURN = date(2006, 1, 1)


def _history(*, turning: bool, seed: int = 1) -> tuple[Market, Introductions]:
    """The profiles of the made world; a welcome industry helps, or does so up to a day only.

    After it, where it turns, it harms as much.
    """
    made = tables()
    rng = np.random.default_rng(seed)
    own, welcome = made["enterprises"]["industry"], made["resources"]["industries"]
    rows: dict[tuple[str, str, date], dict[str, Value]] = {}
    for _ in range(1200):
        e, r = int(rng.integers(ENTERPRISES)), int(rng.integers(RESOURCES))
        day = date(2003, 1, 1) + timedelta(days=int(rng.integers(1900)))
        helps = (own[e] in (welcome[r] or ())) != (turning and day >= TURN)  # type: ignore[operator]
        stage = "signed" if rng.random() < (0.7 if helps else 0.2) else "contacted"
        key = (f"E{e:03d}", f"R{r:03d}", day)
        rows[key] = dict(zip(("enterprise_id", "resource_id", "date"), key, strict=True))
        rows[key]["stage"] = stage
    now = {**made, "outcomes": Table.from_rows("outcomes", list(rows.values()))}
    history = introductions(now["outcomes"], as_of=AS_OF)
    there = Market.build(now, as_of=AS_OF, encoder=NgramEncoder())
    past = history.past(there.regions, there.enterprises.table, there.resources.table)
    return there.knowing(past), history


def test_where_an_effect_turns_over_recent_introductions_count_for_more() -> None:
    there, history = _history(turning=True)
    found = chosen_half_life(there, history)
    assert found.half_life_days in HALF_LIVES
    saved, error = found.gains[found.half_life_days]
    assert saved == max(gain for gain, _ in found.gains.values()) > 2 * error > 0
    # So the model of all history says more of what is true now: a welcome industry harms.
    model = fit_recent(there, history)
    assert model.half_life_days == found.half_life_days
    assert _worth(there, model) < _worth(there, fit_stages(there, history))


def _worth(there: Market, model: StageModel) -> float:
    """P(signed) where the industry is welcome, less where it is not, on average."""
    pairs = np.arange(ENTERPRISES), np.arange(RESOURCES)
    welcome = compute(Pairs(there, *pairs), ["industry_welcome"])[..., 0] > 0.99
    signed = BlockScorer(model, there).probabilities(*pairs)[0]
    return float(signed[welcome].mean() - signed[~welcome].mean())


def test_where_nothing_turns_all_introductions_count_alike() -> None:
    for seed in (1, 2, 3):
        there, history = _history(turning=False, seed=seed)
        found = chosen_half_life(there, history)
        assert set(found.gains) == set(HALF_LIVES)
        assert found.half_life_days is None


def test_little_history_is_not_asked() -> None:
    there, history = _history(turning=True)
    for few in (history.take(np.arange(60)), history.take(np.arange(0))):
        found = chosen_half_life(there, few)
        assert found.half_life_days is None and found.gains == {}


def test_the_choice_is_the_same_each_time_and_knows_nothing_after_the_markets_date() -> None:
    there, history = _history(turning=True)
    day = date(2007, 6, 1)
    known = introductions(_outcomes(history), as_of=day)
    first, again = (chosen_half_life(there.at(day), known) for _ in range(2))
    assert first == again
    assert market().as_of == AS_OF  # the shared market is left as it is


def _outcomes(history: Introductions) -> Table:
    rows: list[dict[str, Value]] = [
        {"enterprise_id": e, "resource_id": r, "date": date.fromordinal(int(d)),
         "stage": "signed" if reached else "contacted"}
        for e, r, d, reached in zip(history.enterprise_id, history.resource_id,
                                    history.first_date.tolist(), history.reached.tolist(),
                                    strict=True)
    ]  # fmt: skip
    return Table.from_rows("outcomes", rows)
