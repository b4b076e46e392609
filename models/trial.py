"""A date that splits history: what may be learned from, and the later rows all are judged on.

Everything is learned from what was on record on the *cut* date and judged on the introductions
that began after it: probabilities on every introduction, lists on what they would have shown
first. The pairing graph, too, is that of the cut date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.schema import PROGRAMMES
from features.tables import Table
from models.candidates import Candidates
from models.history import Introductions, introductions
from models.judgement import RECALL_LENGTH, Judged, Said
from models.scorers import Scorer
from models.training_rows import training_pairs

__all__ = ["Refused", "Trial", "cut_date"]

Mask = NDArray[np.bool_]

#: The pairs of (enterprise row, resource row) between which a refusal stands on a market's date.
Refused = Callable[[Market], Iterable[tuple[int, int]]]


def cut_date(found: Introductions, share: float = 0.8) -> date | None:
    """Day by which the first ``share`` of introductions had begun; None without any."""
    if not len(found):
        return None
    at = max(int(np.ceil(share * len(found))) - 1, 0)
    return date.fromordinal(int(np.sort(found.first_date)[at]))


@dataclass(frozen=True)
class Trial:
    """What rankers learn from and what they are judged on.

    Attributes
    ----------
    as_of, cut : date
    market : Market
        As known on the cut date.
    history : Introductions
        As on record on the cut date.
    later : Introductions
        Those that began after it, as on record on ``as_of``.
    judged : Judged
        Those of the later ones that can be judged.
    candidates : Candidates
    wanted : (n,) bool array
        The later signings that a list could have named.
    """

    as_of: date
    cut: date
    market: Market
    history: Introductions
    later: Introductions
    judged: Judged
    candidates: Candidates
    wanted: Mask

    @classmethod
    def of(
        cls,
        tables: Mapping[str, Table],
        *,
        as_of: date,
        market: Market,
        cut: date | None = None,
        settle_days: int = 0,
        refused: Refused | None = None,
    ) -> Trial | None:
        """Split history at a date; None where nothing began after it.

        Parameters are those of :func:`models.evaluate.evaluate`.
        """
        outcomes = tables["outcomes"]
        register = (tables.get("projects"), tables.get("funds"))
        every = introductions(outcomes, *register, as_of=as_of, settle_days=settle_days)
        cut = cut or cut_date(every)
        if cut is None:
            return None
        history = introductions(outcomes, *register, as_of=cut, settle_days=settle_days)
        past = every.past(market.regions, market.enterprises.table, market.resources.table)
        market = replace(market, past=past).at(cut)
        later = every.after(cut)
        judged = _judged(market, history, later)
        if judged is None:
            return None
        no = refused(market) if refused is not None else ()
        candidates = Candidates.of(market, history, tables.get("projects"), no)
        wanted = candidates.wanted(judged.enterprises, judged.resources, judged.signed)
        return cls(as_of, cut, market, history, later, judged, candidates, wanted)

    @property
    def trained_on(self) -> int:
        """Introductions of the history that can teach something."""
        return len(training_pairs(self.market, self.history)[2])

    @property
    def left_out(self) -> dict[str, int]:
        """Introductions of each part that were left out."""
        return {
            "trained": len(self.history) - self.trained_on,
            "judged": len(self.later) - len(self.judged.reached),
        }

    def said(self, scorer: Scorer) -> Said:
        """What a ranker says of the rows judged and of the lists around them."""
        e, r = self.judged.enterprises, self.judged.resources
        hits = self.candidates.listed(scorer, e, r, self.wanted, RECALL_LENGTH)
        return replace(self.said_of_rows(scorer, self.market), hits=hits)

    def said_of_rows(self, scorer: Scorer, market: Market) -> Said:
        """The same of the rows alone: nobody is looked for in lists.

        Parameters
        ----------
        market : Market
            What the ranker knows; its profiles are those of this trial.
        """
        e, r = self.judged.enterprises, self.judged.resources
        return Said(
            probability=np.asarray(scorer.probabilities(market, e, r)[:, 0], dtype=np.float64),
            score=np.asarray(scorer.score(market, e, r), dtype=np.float64),
            hits=np.full((2, len(e)), np.nan),
        )


def _judged(market: Market, history: Introductions, later: Introductions) -> Judged | None:
    # Introductions that the hard limits rule out are never listed, so no list is judged by them.
    e, r, known = training_pairs(market, later)
    if not len(known):
        return None
    reached = later.reached[known].astype(np.int64)
    return Judged(e, r, reached, _groups(market, history, e, r))


def _groups(
    market: Market, history: Introductions, e: NDArray[np.int64], r: NDArray[np.int64]
) -> dict[str, Mask]:
    """Which introductions belong to which group; a group may be empty."""
    past_e, past_r = history.index(market.enterprises.ids, market.resources.ids)
    e_region = market.enterprises.fields["region"]
    r_region = market.resources.fields["region"]
    programme = market.resources.fields["programme"][r]
    paired = in_pair(market, e, r)
    new_e, new_r = ~np.isin(e, past_e), ~np.isin(r, past_r)
    seen_e, seen_r = past_e[past_e >= 0], past_r[past_r >= 0]
    groups = {
        "all": np.ones(len(e), np.bool_),
        "unseen_enterprises": new_e,
        "unseen_resources": new_r,
        "unseen_regions": ~np.isin(e_region[e], e_region[seen_e])
        | ~np.isin(r_region[r], r_region[seen_r]),
        "in_pair": paired,
        "cross_pair": ~paired,
    }
    return groups | {f"programme_{name}": programme == i for i, name in enumerate(PROGRAMMES)}


def in_pair(market: Market, e: NDArray[np.int64], r: NDArray[np.int64]) -> Mask:
    """Whether the regions of both sides are paired on the market's date; arrays broadcast."""
    a = market.enterprises.fields["region"][e]
    return np.asarray(market.graph.paired[a, market.resources.fields["region"][r]] & (a >= 0))
