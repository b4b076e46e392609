"""All that a list, a batch or a scenario starts from: scores and limits of one market."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.schema import ENTERPRISE_KINDS, PROGRAMME_OF, PROGRAMMES, RESOURCE_KINDS
from matcher.interests import Interests
from matcher.limits import Limits
from models.amounts import AmountModel
from models.stages import BlockScorer, StageModel

Index = NDArray[np.integer[Any]]
CrossPair = Literal["allow", "only", "forbid"]

#: Why a pair is left out of a list beside the hard limits.
FILTERED, CROSS_PAIR, KNOWN = 1, 2, 4


class FilterError(ValueError):
    """A filter names something that does not exist; the message says what there is."""


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to.

    Attributes
    ----------
    cross_pair : str
        ``allow``; ``only`` pairs outside the pairing; ``forbid`` them.
    programme : str or None
        Resources of this programme only.
    kind : str or None
        Candidates of this kind only (a kind of resource, or of enterprise).
    hide_known : bool
        Leave out pairs that have been in contact already.
    """

    cross_pair: CrossPair = "allow"
    programme: str | None = None
    kind: str | None = None
    hide_known: bool = False

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return self != Filters()

    def __post_init__(self) -> None:
        for value, known in (
            (self.cross_pair, ("allow", "only", "forbid")),
            (self.programme, (None, *PROGRAMMES)),
            (self.kind, (None, *RESOURCE_KINDS, *ENTERPRISE_KINDS)),
        ):
            if value not in known:
                there = ", ".join(k for k in known if k)
                raise FilterError(f"“{value}”：可选 {there} / '{value}' is none of: {there}")


@dataclass(frozen=True)
class Ranking:
    """A market, the model that scores it and what bars pairs.

    Attributes
    ----------
    known : dict of (enterprise row, resource row) to str
        Stage of the pairs that have been in contact.
    model_about : dict
        ``id``, ``trained_as_of``, ``degraded`` and, where degraded, ``why``.
    calibrated : bool
        Whether the probabilities rest on a history.
    made_up : bool
        Whether the data is the demonstration's.
    """

    market: Market
    model: StageModel
    limits: Limits
    interests: Interests
    amounts: AmountModel
    known: dict[tuple[int, int], str] = field(default_factory=dict)
    model_about: dict[str, object] = field(default_factory=dict)
    calibrated: bool = False
    made_up: bool = False

    @cached_property
    def scorer(self) -> BlockScorer:
        """The model, made ready for blocks of this market."""
        return BlockScorer(self.model, self.market)

    def scores(self, enterprises: Index, resources: Index) -> NDArray[np.float32]:
        """(e, r) expected number of stages passed, plus what declared interests add."""
        score = self.scorer.scores(enterprises, resources)
        if self.interests.wanted:
            e_at = {int(e): i for i, e in enumerate(enterprises)}
            r_at = {int(r): i for i, r in enumerate(resources)}
            for e, r in self.interests.wanted:
                if e in e_at and r in r_at:
                    score[e_at[e], r_at[r]] += np.float32(self.interests.bonus(e, r))
        # Six digits are more than the model knows; what they leave open is told apart by id.
        return np.round(score, 6, out=score)

    def left_out(self, filters: Filters, enterprises: Index, resources: Index) -> NDArray[np.uint8]:
        """(e, r) masks of the filters that leave a pair out; 0 = it stays."""
        out = np.zeros((len(enterprises), len(resources)), np.uint8)
        out |= (~self._candidates(filters, "enterprise")[enterprises])[:, None] * np.uint8(FILTERED)
        out |= (~self._candidates(filters, "resource")[resources])[None, :] * np.uint8(FILTERED)
        if filters.cross_pair != "allow":
            paired = self.paired(enterprises, resources)
            wrong = paired if filters.cross_pair == "only" else ~paired
            out |= wrong * np.uint8(CROSS_PAIR)
        if filters.hide_known:
            e_at = {int(e): i for i, e in enumerate(enterprises)}
            r_at = {int(r): i for i, r in enumerate(resources)}
            for e, r in self.known:
                if e in e_at and r in r_at:
                    out[e_at[e], r_at[r]] |= KNOWN
        return out

    def paired(self, enterprises: Index, resources: Index) -> NDArray[np.bool_]:
        """(e, r) whether the pairing in force joins the two regions."""
        a = self.market.enterprises.fields["region"][enterprises][:, None]
        b = self.market.resources.fields["region"][resources][None, :]
        joined: NDArray[np.bool_] = self.market.graph.paired[np.maximum(a, 0), np.maximum(b, 0)]
        return joined & (a >= 0) & (b >= 0)

    def expected_investment(
        self, enterprises: Index, resources: Index, p_signed: NDArray[Any]
    ) -> NDArray[np.float64]:
        """P(signed) · E(amount | signed) of pairs row by row, 万元; NaN = not known."""
        amount = self.amounts.expected(
            self.market.enterprises.fields["budget_wan"][enterprises],
            self.market.resources.fields["kind"][resources],
        )
        return np.asarray(p_signed, np.float64) * amount

    def _candidates(self, filters: Filters, side: str) -> NDArray[np.bool_]:
        profiles = self.market.enterprises if side == "enterprise" else self.market.resources
        kinds = ENTERPRISE_KINDS if side == "enterprise" else RESOURCE_KINDS
        keep = np.ones(len(profiles), np.bool_)
        if filters.kind in kinds:
            keep &= profiles.fields["kind"] == kinds.index(str(filters.kind))
        if side == "resource" and filters.programme is not None:
            chosen = [i for i, k in enumerate(kinds) if PROGRAMME_OF[k] == filters.programme]
            keep &= np.isin(profiles.fields["kind"], chosen)
        return keep
