"""Lists from a user's own preferences: the wishes of both sides, in files that are never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from api import settings
from api.store.log import account
from api.usecases.output import writing_to
from features.given_tables import read_given

if TYPE_CHECKING:
    from matcher.uncrowded import Lists

Side = Literal["enterprises", "resources"]


@dataclass(frozen=True)
class PreferencesReport:
    """What was written, and what the lists come to.

    Attributes
    ----------
    kind : str
        Which lists went out: ``naive``, ``product`` or ``equilibrium``.
    found : dict
        Of each kind that was made, its expected matches and the share of attention of the top 5 %.
    """

    out: Path
    queries: int
    rows: int
    kind: str
    found: dict[str, dict[str, float]]

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "out": str(self.out), "queries": self.queries, "rows": self.rows,
            "congestion": {"lists": self.kind, **self.found},
        }  # fmt: skip


def run(
    side: Side,
    preferences: Path,
    *,
    on: bool,
    top: int,
    out: Path,
    slow: bool = False,
    by: str | None = None,
) -> PreferencesReport:
    """Make the lists of one side and write them as a batch file.

    Parameters
    ----------
    side : str
        Who gets the lists and proposes.
    on : bool
        Whether the lists may allow for congestion.
    slow : bool
        Whether people look far down their lists (examination 1 / log2(k + 1) and not 1/k).
    by : str, optional
        The account that asked; default: who runs this process.

    Raises
    ------
    features.findings.FindingsError
        If the file cannot be read.
    """
    from scipy import sparse

    from matcher.batch_files import BatchWriter
    from matcher.uncrowded import Wishes, uncrowded

    table = read_given("preferences", preferences).table
    own, other = ("enterprise", "resource") if side == "enterprises" else ("resource", "enterprise")
    queries, line = _indexed([str(i) for i in table[f"{own}_id"]])
    candidates, at = _indexed([str(i) for i in table[f"{other}_id"]])
    shape = (len(queries), len(candidates))
    wish = {
        name: sparse.csr_matrix((np.array(table[f"p_{name}"], np.float64), (line, at)), shape=shape)
        for name in (own, other)
    }
    lists = uncrowded(Wishes(wish[own], wish[other]), top, on=on, slow=slow)
    found = {kind: came.as_dict() for kind, came in lists.found.items()}
    about = {
        "queries": side, "top": top, "preferences": preferences.name,
        "congestion": {"asked": "on" if on else "off", "lists": lists.kind, **found},
        "examination": "1/log2(k+1)" if slow else "1/k",
        "made_by": by or account(), "generated_at": settings.stamp(),
    }  # fmt: skip
    with writing_to(out), BatchWriter(out, about) as writer:
        writer.write(_columns(lists, queries, candidates))
    return PreferencesReport(out, len(queries), writer.rows, lists.kind, found)


def _indexed(ids: Sequence[str]) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The ids there are, in their order, and the row of each."""
    known = sorted(set(ids))
    at = {name: i for i, name in enumerate(known)}
    return known, np.array([at[name] for name in ids], np.int64)


def _columns(
    lists: Lists, queries: Sequence[str], candidates: Sequence[str]
) -> dict[str, list[object]]:
    """Batch columns; P(signed) is the probability that both say yes, the rest is not known."""
    line, rank = np.nonzero(lists.rows >= 0)
    both = lists.proposes[line, rank] * lists.accepts[line, rank]
    nothing: list[object] = [None] * len(line)
    return {
        "query_id": [queries[i] for i in line.tolist()],
        "rank": [int(k) + 1 for k in rank],
        "candidate_id": [candidates[i] for i in lists.rows[line, rank].tolist()],
        "score": [round(float(s), 6) for s in lists.scores[line, rank]],
        "p_signed": [round(float(p), 6) for p in both],
        "p_started": nothing, "p_funded": nothing, "p_completed": nothing,
        "expected_investment_wan": nothing, "paired": nothing,
    }  # fmt: skip
