"""The best joint allocation, on a user's own scores or on the model's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from api.errors import UserError
from api.store import Store
from api.store.log import ListLog, command_line
from api.usecases import dates, ranking
from features.language import Text, text
from features.score_files import USES
from matcher import lists
from matcher.assignment import Allocation, Problem, used

Value = Literal["investment", "projects", "jobs", "score"]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class AllocationReport:
    """An allocation with the names of what it allocates.

    Attributes
    ----------
    problem : Problem
    found : Allocation
    enterprises, resources : list of str
        Ids, by row of the problem.
    names : dict of str to (dict of str to str)
        ``enterprises`` and ``resources``: what the ids are called; empty for own scores.
    value : str
        What is summed.
    about : dict
        ``model``, ``as_of``, ``pairing`` where the store was asked.
    notes : tuple of Text
        What a reader must know beside the figures.
    made_up : bool
        Whether the data is the demonstration's.
    """

    problem: Problem
    found: Allocation
    enterprises: list[str]
    resources: list[str]
    value: Value
    names: dict[str, dict[str, str]]
    about: dict[str, object]
    notes: tuple[Text, ...] = ()
    made_up: bool = False

    @property
    def pairs(self) -> list[tuple[str, str, float]]:
        """(enterprise id, resource id, value) of the pairs chosen, by id."""
        p, rows = self.problem, self.found.chosen
        return sorted(
            (self.enterprises[e], self.resources[r], float(v))
            for e, r, v in zip(p.enterprise[rows], p.resource[rows], p.value[rows], strict=True)
        )

    @property
    def scarce(self) -> list[tuple[str, str, float, float, float]]:
        """(resource id, quantity, available, used, price) where one more unit would bring most."""
        price, taken = self.found.capacity_prices, used(self.problem, self.found.chosen)
        at = np.argwhere((price > 1e-9) & np.isfinite(self.problem.capacity))
        rows = [
            (self.resources[r], USES[k], float(self.problem.capacity[r, k]), float(taken[r, k]),
             float(price[r, k]))
            for r, k in at
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (-row[4], row[0], row[1]))

    def as_dict(self) -> dict[str, object]:
        """As the contract's JSON object, and what binds."""
        found = self.found
        return {
            "allocation": [
                {"enterprise_id": e, "resource_id": r, "score": v} for e, r, v in self.pairs
            ],
            "objective": found.objective,
            "bound": found.bound,
            "gap": found.gap if np.isfinite(found.gap) else None,
            "seconds": round(found.seconds, 3),
            "value": self.value,
            "binding": [
                {"resource_id": r, "quantity": q, "available": a, "used": u, "shadow_price": s}
                for r, q, a, u, s in self.scarce
            ],
            **self.about,
            "notes": list(self.notes),
        }


def run_scores(
    scores: Path,
    *,
    resources: Path | None = None,
    enterprises: Path | None = None,
    time_limit: float = 60.0,
    progress: Progress | None = None,
) -> AllocationReport:
    """Allocate on a user's own scores; nothing of them is stored.

    Raises
    ------
    features.findings.FindingsError
        With all that is wrong with the files.
    UserError
        If nothing was found in time.
    """
    from features.score_files import read_scores
    from matcher.allocation_input import from_scores

    given = from_scores(*read_scores(scores, resources, enterprises))
    found = _allocated(given.problem, time_limit, progress)
    return AllocationReport(
        given.problem, found, given.enterprises, given.resources, "score", {}, {}
    )


def run(
    store: Store,
    *,
    value: Value = "investment",
    as_of: date | None = None,
    pairing: str | None = None,
    time_limit: float = 60.0,
    by: str | None = None,
    progress: Progress | None = None,
) -> AllocationReport:
    """Allocate what is in the store on the model's scores.

    A pair that a hard limit bars is not allowed; capacities are what the resources have left.

    Parameters
    ----------
    by : str, optional
        The account that it is logged under; default: who runs this process.

    Raises
    ------
    UserError
        If nothing was found in time.
    """
    from matcher.plan_pairs import plan_pairs
    from models.gains import fit_gains

    day = dates.as_of(store, as_of)
    tables = ranking.read_tables(store)
    history = ranking.known_history(tables, day)
    ranked = ranking.build(store, as_of=day, pairing=pairing)
    gains = fit_gains(
        ranked.market, history, ranked.amounts, tables["outcomes"], tables["projects"]
    )
    aim = "expected_projects" if value == "score" else f"expected_{value}"
    pairs = plan_pairs(ranked, gains, [aim])
    worth = pairs.chance.sum(axis=0) if value == "score" else pairs.value(aim)
    own, places = ranked.market.enterprises, ranked.market.resources
    problem = Problem(
        len(own), len(places), pairs.enterprise, pairs.resource, worth, pairs.use, pairs.capacity
    )
    found = _allocated(problem, time_limit, progress)
    notes = []
    unknown = int(np.isnan(pairs.amount_wan[found.chosen]).sum())
    if value == "investment" and unknown:
        notes.append(text("allocate.unknown_amount", count=unknown))
    if not pairs.whole:
        notes.append(text("allocate.thinned", possible=pairs.possible, held=len(pairs)))
    report = AllocationReport(
        problem, found, list(own.ids), list(places.ids), value,
        {
            side: {str(i): str(n) for i, n in zip(rows.ids, rows.table["name"], strict=True)}
            for side, rows in (("enterprises", own), ("resources", places))
        },
        {
            "model": dict(ranked.model_about), "as_of": day.isoformat(),
            "pairing": lists.pairing_name(ranked),
        },
        tuple(notes), ranked.made_up,
    )  # fmt: skip
    store.log_list(
        ListLog(
            query={"side": "allocation", "id": value}, filters={"pairing": pairing},
            model_id=str(ranked.model_about["id"]), as_of=day, by=by or command_line(),
            rows=[{"enterprise_id": e, "resource_id": r} for e, r, _ in report.pairs],
        )
    )  # fmt: skip
    return report


def _allocated(problem: Problem, seconds: float, progress: Progress | None) -> Allocation:
    from matcher.allocate import NothingFound, allocate

    try:
        return allocate(problem, time_limit=seconds, progress=progress)
    except NothingFound as problem_left:
        raise UserError("allocate.out_of_time") from problem_left
