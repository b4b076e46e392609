"""Are reasons causes? ``python -m tests.worlds.reasons --matches 1000``

For each of many listed matches the cause of its first reason is taken out of the data
(:mod:`tests.worlds.causes`), everything is rebuilt, and the score should fall. Printed are the
share of matches where it does, world by world, and the reasons of those where it does not.

The changed rows are added as copies, so that a match and its twin without the cause are scored in
one market: what else differs between two builds (centring, medians, trades read) touches both.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
from numpy.typing import NDArray

import data
from features.curves import UNKNOWN
from features.hard_limits import budget_too_small, too_polluting
from features.ingest import EmptyStore, read
from features.market import Market
from features.pairs import Pairs
from features.tables import Table, Value
from features.text import TextEncoder, default_encoder
from matcher.lists import WORTH_TELLING
from models.explain import explain
from models.fitting import fit_stages
from models.history import introductions
from models.reasons import topic
from models.stages import BlockScorer, StageModel
from tests.worlds.causes import Cells, cells_behind
from tests.worlds.learners import whole_history
from tests.worlds.making import make

Array = NDArray[Any]

#: Places of a list that are looked at, and twins added to a market at a time.
LISTED, TWINS = 20, 60


@dataclass(frozen=True)
class Case:
    """A listed match, its first reason and what it rests on."""

    enterprise: int
    resource: int
    about: str
    cells: Cells


@dataclass(frozen=True)
class Found:
    """What became of the scores.

    Attributes
    ----------
    about : tuple of n str
        The first reason of each match.
    before, after : (n,) arrays
        Scores with the cause and without it.
    """

    about: tuple[str, ...]
    before: Array
    after: Array

    @property
    def fell(self) -> NDArray[np.bool_]:
        """(n,) whether the score fell."""
        return np.asarray(self.after < self.before - 1e-9)


def cases(model: StageModel, market: Market, count: int, seed: int = 0) -> list[Case]:
    """Listed matches drawn at random, each with its first reason."""
    rng = np.random.default_rng(seed)
    places = np.arange(len(market.resources))
    scorer, found = BlockScorer(model, market), []
    for e in rng.choice(len(market.enterprises), 4 * count):
        pairs = Pairs(market, np.array([e]), places)
        score = scorer.probabilities(np.array([e]), places).sum(axis=0)[0]
        score[(too_polluting(pairs) | budget_too_small(pairs))[0]] = -np.inf
        r = int(np.argsort(-score, kind="stable")[rng.integers(LISTED)])
        explanation = explain(model, market, np.array([e]), np.array([r]))
        parts: dict[str, float] = {}
        for name, part in zip(explanation.names, explanation.contributions[0], strict=True):
            # What speaks for a match because a cell is empty has no cause that could be taken out.
            if not name.endswith(UNKNOWN):
                parts[topic(name)] = parts.get(topic(name), 0.0) + float(part)
        about = max(parts, key=lambda name: parts[name])
        if np.isfinite(score[r]) and parts[about] >= WORTH_TELLING:
            kind = str(market.resources.table["kind"][r])
            found.append(Case(int(e), r, about, cells_behind(about, model, kind)))
        if len(found) == count:
            break
    return found


def without_causes(
    model: StageModel,
    market: Market,
    tables: dict[str, Table],
    some: Sequence[Case],
    encoder: TextEncoder,
) -> Found:
    """Scores of matches and of their twins whose first reason has lost its cause."""
    before, after = [], []
    for start in range(0, len(some), TWINS):
        batch = some[start : start + TWINS]
        sides = {"enterprise": market.enterprises.ids, "resource": market.resources.ids}
        added: dict[str, list[dict[str, Value]]] = {"enterprise": [], "resource": []}
        twins = [_twin(case, sides, tables, added, k) for k, case in enumerate(batch)]
        larger = {**tables}
        for side, rows in added.items():
            table = tables[f"{side}s"]
            columns = {c: [*v, *(row[c] for row in rows)] for c, v in table.columns.items()}
            larger[f"{side}s"] = Table(table.name, columns)
        again = Market.build(larger, as_of=market.as_of, encoder=encoder).knowing(market.past)
        e_row, r_row = again.enterprises.index, again.resources.index
        for ids, into in (
            ([(sides["enterprise"][c.enterprise], sides["resource"][c.resource]) for c in batch],
             before),
            (twins, after),
        ):  # fmt: skip
            e, r = np.array([e_row[i] for i, _ in ids]), np.array([r_row[j] for _, j in ids])
            into += explain(model, again, e, r).score.tolist()
    return Found(tuple(case.about for case in some), np.array(before), np.array(after))


def _twin(
    case: Case,
    sides: dict[str, tuple[str, ...]],
    tables: dict[str, Table],
    added: dict[str, list[dict[str, Value]]],
    number: int,
) -> tuple[str, str]:
    """Add the rows without the cause; the ids of the pair."""
    ids = []
    for side, row in (("enterprise", case.enterprise), ("resource", case.resource)):
        own = sides[side][row]
        if side in case.cells:
            table = tables[f"{side}s"]
            at = table["id"].index(own)
            cells = {c: v[at] for c, v in table.columns.items()}
            own = f"~{number}"
            there = {c: v for c, v in case.cells[side].items() if c in cells}
            added[side].append({**cells, **there, "id": own})
        ids.append(own)
    return ids[0], ids[1]


def asked_of_world(kind: str, count: int, encoder: TextEncoder, **sizes: int) -> Found:
    """On a made world (:data:`tests.worlds.making.KINDS`)."""
    world = make(kind, 0, **sizes)
    setting = whole_history(world, encoder)
    model = fit_stages(setting.market, setting.history)
    some = cases(model, setting.market, count)
    return without_causes(model, setting.market, dict(world.tables), some, encoder)


def asked_of_demonstration(count: int, encoder: TextEncoder) -> Found:
    """On the demonstration data."""
    tables = read([Path(str(data.folder("demo")))], references=EmptyStore()).tables
    day = date(2009, 12, 31)
    history = introductions(tables["outcomes"], tables["projects"], tables["funds"], as_of=day)
    market = Market.build(tables, as_of=day, encoder=encoder)
    past = history.past(market.regions, market.enterprises.table, market.resources.table)
    market = market.knowing(past)
    model = fit_stages(market, history)
    return without_causes(model, market, tables, cases(model, market, count), encoder)


def main(arguments: list[str] | None = None) -> None:
    """Ask all worlds and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--matches", type=int, default=1000)
    parser.add_argument("--kinds", nargs="*", default=["demonstration", "plain", "social"])
    parser.add_argument("--cache", type=Path, default=Path(gettempdir()) / "worlds-texts.sqlite")
    asked = parser.parse_args(arguments)
    encoder = default_encoder(asked.cache)
    for kind in asked.kinds:
        if kind == "demonstration":
            found = asked_of_demonstration(asked.matches, encoder)
        else:
            found = asked_of_world(kind, asked.matches, encoder)
        print(f"{kind}: {found.fell.mean():.1%} of {len(found.about)} scores fell")
        of, held = Counter(found.about), Counter(np.array(found.about)[~found.fell].tolist())
        for about, count in of.most_common():
            print(f"  {about}: {count - held[about]} of {count}")


if __name__ == "__main__":
    main()
