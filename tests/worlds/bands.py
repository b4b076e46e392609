"""Do the bands hold what comes true? ``python -m tests.worlds.bands --worlds 200``.

Small worlds are made with their truth; the model learns from their histories; plans are made and
drawn, and then let come true by the truth many times. Told is how often what came true lies between
p10 and p90 (four in five is right), whether the arrangements differ as the truth says, and of
what-if questions whether the sign is right, of all and of those whose answer claims one, and
whether the size lies within its band.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.tables import Table, Value
from features.text import TextEncoder, default_encoder
from matcher.interests import Interests
from matcher.limits import find_limits
from matcher.outlook import Outlook
from matcher.ranking import Ranking
from matcher.scenario import Ceilings, Scenario
from matcher.simulation import Simulation, simulate
from matcher.whatif import BeyondWhatIsKnown, check_range, what_if
from models.amounts import fit_amounts
from models.fitting import fit_stages
from models.gains import fit_gains
from models.history import Introductions, introductions
from models.posterior import steps_seen
from models.stages import StageModel
from tests.worlds.learners import AS_OF
from tests.worlds.making import KINDS, make
from tests.worlds.world import World

Array = NDArray[Any]
Found = dict[str, list[float]]

#: How often a plan is let come true.
TIMES = 400
#: Terms that what-if questions are about.
ASKED = (
    "land_price_wan_per_mu", "wage_yuan_month", "subsidy_rate", "land_mu", "labour_supply",
    "energy_quota_tce", "capacity",
)  # fmt: skip
#: A truth that moves so few signatures is no answer to get right or wrong.
STILL = 0.02


def main(arguments: list[str] | None = None, encoder: TextEncoder | None = None) -> Found:
    """Run the study; returns every single figure by name."""
    asked = _parsed(arguments)
    found: Found = defaultdict(list)
    started = time.perf_counter()
    kinds = list(asked.kinds)
    for number in range(asked.worlds):
        kind, seed = kinds[number % len(kinds)], asked.first_seed + number // len(kinds)
        world = make(
            kind, seed, enterprises=asked.enterprises, resources=asked.resources,
            introductions=asked.introductions,
        )  # fmt: skip
        for name, value in judged(world, encoder or default_encoder(asked.cache), asked.questions):
            found[name].append(value)
        if asked.out:
            asked.out.write_text(json.dumps(found), encoding="utf-8")
        took = time.perf_counter() - started
        print(f"{took:7.1f} s  {number + 1} worlds  {kind}/{seed}", file=sys.stderr, flush=True)
    print(report(found))
    return found


def judged(world: World, encoder: TextEncoder, questions: int) -> Iterator[tuple[str, float]]:
    """Figures of one world by name."""
    market = Market.build(world.tables, as_of=AS_OF, encoder=encoder)
    history = introductions(world.tables["outcomes"], None, as_of=AS_OF)
    model = fit_stages(_knowing(market, world, history), history)
    ranking = ranked(world, model, history, encoder)
    seed = world.seed
    scenario = Scenario(
        "world", cross_pair="allow", max_cross_share=0.3, seed=seed,
        ceilings=Ceilings(projects=world.ground.n // 3),
        compare_with=("in_pair_only", "open", "best_pairing"),
    )  # fmt: skip
    gains = fit_gains(
        ranking.market, history, ranking.amounts, world.tables["outcomes"], Table("projects")
    )
    done = simulate(ranking, gains, scenario, reached=steps_seen(history))
    came = [_came_true(world, done, one, seed) for one in done.outlooks]
    for one, true in zip(done.outlooks, came, strict=True):
        for name, drawn in true.items():
            band = one.bands[name]
            yield f"{name} within", float(((band.p10 <= drawn) & (drawn <= band.p90)).mean())
            yield f"{name} below", float((drawn < band.p10).mean())
            yield f"{name} bias", float(drawn.mean() / max(band.expected, 1e-9) - 1)
    own = came[0]["signed"].mean()
    for one, true in zip(done.outlooks[1:], came[1:], strict=True):
        apart, band = true["signed"].mean() - own, one.against["signed"]
        yield f"{one.name} differs in truth", float(apart)
        yield f"{one.name} differs as said", float(band["expected"])
        yield f"{one.name} sign", float(np.sign(apart) == np.sign(band["expected"]))
    rng = np.random.default_rng([seed, len(world.kind)])
    for _ in range(questions):
        yield from _asked(world, ranking, model, history, encoder, gains, rng)


def ranked(
    world: World, model: StageModel, history: Introductions, encoder: TextEncoder
) -> Ranking:
    """A world as a ranking by a model."""
    market = Market.build(world.tables, as_of=AS_OF, encoder=encoder)
    market = _knowing(market, world, history)
    return Ranking(
        market=market, model=model,
        limits=find_limits(market, signed=history.signed_open(AS_OF)),
        interests=Interests(), amounts=fit_amounts(market, history),
        model_about={"id": "world", "trained_as_of": None, "degraded": False}, calibrated=True,
    )  # fmt: skip


def _knowing(market: Market, world: World, history: Introductions) -> Market:
    return market.knowing(
        history.past(market.regions, market.enterprises.table, market.resources.table)
    )


def _came_true(world: World, done: Simulation, one: Outlook, seed: int) -> dict[str, Array]:
    """What comes of a plan by the truth, many times over."""
    e, r = done.pairs.enterprise[one.chosen], done.pairs.resource[one.chosen]
    rng = np.random.default_rng([seed, len(one.chosen)])
    reached = rng.random((1, len(e), TIMES)) < world.truth_at(e, r)[:, :, None]
    # A sum agreed is the budget times a lognormal, as worlds write their histories.
    amount = world.ground.e["budget_wan"][e][:, None] * np.exp(
        rng.normal(-0.3, 0.5, (len(e), TIMES))
    )
    names = ("signed", "started", "funded", "completed")
    found = {name: reached[s].sum(axis=0).astype(float) for s, name in enumerate(names)}
    return {**found, "investment_wan": (amount * reached[0]).sum(axis=0)}


def _asked(
    world: World, ranking: Ranking, model: StageModel, history: Introductions,
    encoder: TextEncoder, gains: Any, rng: np.random.Generator,
) -> Iterator[tuple[str, float]]:  # fmt: skip
    """One what-if question, put to the product and to the truth."""
    table, market = world.tables["resources"], ranking.market
    for _ in range(20):
        r, column = int(rng.integers(world.ground.m)), str(rng.choice(ASKED))
        cells = table[column]
        seen = [v for v in cells if v is not None]
        value: Value = seen[int(rng.integers(len(seen)))]
        if cells[r] is None or value == cells[r]:
            continue
        try:
            check_range(market, r, {column: value})
        except BeyondWhatIsKnown:
            continue
        changed = {**table.columns, column: [*cells[:r], value, *cells[r + 1 :]]}
        tables = {**world.tables, "resources": Table("resources", changed)}
        other = World(**{**world.__dict__, "tables": tables})
        after = ranked(other, model, history, encoder)
        answer = what_if(ranking, after, r, {column: value}, gains, draws=1000)
        met = np.array([market.enterprises.index[name] for name in answer.introduced], np.int64)
        truth = _truth_of(world, r, column, value, met)
        if abs(truth) < STILL:
            yield "what-if nothing moves: claimed", float(answer.direction in ("more", "fewer"))
            continue
        right = float(np.sign(truth) == np.sign(answer.signed.expected))
        yield "what-if sign", right
        claimed = answer.direction != "unclear"
        yield "what-if claimed", float(claimed)
        if claimed:
            yield "what-if sign of claimed", right
        yield "what-if within", float(answer.signed.p10 <= truth <= answer.signed.p90)
        yield "what-if truth", truth
        yield "what-if said", answer.signed.expected
        yield "what-if spread", (answer.signed.p90 - answer.signed.p10) / 2.563
        return


def _truth_of(world: World, r: int, column: str, value: Value, met: Array) -> float:
    """By how many signatures of the same introductions the truth differs."""
    cells = world.ground.r[column]
    old = cells[r]
    at = np.full(len(met), r)
    before = float(world.truth_at(met, at)[0].sum())
    try:
        cells[r] = value
        return float(world.truth_at(met, at)[0].sum()) - before
    finally:
        cells[r] = old


def report(found: Found) -> str:
    """The figures of all worlds, a line each."""
    lines = []
    for name, values in found.items():
        middle, n = float(np.mean(values)), len(values)
        lines.append(f"{name:<34} {middle:8.3f}  ± {np.std(values) / max(1, n) ** 0.5:.3f}  ({n})")
    return "\n".join(lines)


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--enterprises", type=int, default=150)
    parser.add_argument("--resources", type=int, default=40)
    parser.add_argument("--introductions", type=int, default=900)
    parser.add_argument("--questions", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=Path(gettempdir()) / "worlds-texts.sqlite")
    parser.add_argument("--out", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
