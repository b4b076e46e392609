"""All that a list, a batch or a scenario starts from: scores and limits of one market."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from features.language import Text, text
from features.market import Market
from features.schema import ENTERPRISE_KINDS, PROGRAMME_OF, PROGRAMMES, RESOURCE_KINDS
from matcher.interests import Interests
from matcher.limits import Limits, positions
from models.amounts import AmountModel
from models.explain import Explainer
from models.stages import BlockScorer, StageModel
from models.steady_logistic import six_digits

Index = NDArray[np.integer[Any]]
Side = Literal["enterprise", "resource"]
CrossPair = Literal["allow", "only", "forbid"]

#: Why a pair is left out of a list beside the hard limits.
FILTERED, CROSS_PAIR, KNOWN = 1, 2, 4


class FilterError(ValueError):
    """A filter names something that does not exist here.

    Attributes
    ----------
    message : Text
        Says what there is.
    """

    def __init__(self, value: str, known: Iterable[str | None]) -> None:
        there = ", ".join(k for k in known if k)
        self.message: Text = text("filter.unknown", value=value, there=there)
        super().__init__(self.message["en"])


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

    def check(self, candidates: Side) -> None:
        """Raise :class:`FilterError` where ``kind`` is not one of the side that is listed."""
        kinds = ENTERPRISE_KINDS if candidates == "enterprise" else RESOURCE_KINDS
        if self.kind is not None and self.kind not in kinds:
            raise FilterError(self.kind, kinds)

    def __post_init__(self) -> None:
        for value, known in (
            (self.cross_pair, ("allow", "only", "forbid")),
            (self.programme, (None, *PROGRAMMES)),
            (self.kind, (None, *RESOURCE_KINDS, *ENTERPRISE_KINDS)),
        ):
            if value not in known:
                raise FilterError(str(value), known)


@dataclass(frozen=True)
class Ranking:
    """A market, the model that scores it and what bars pairs.

    Attributes
    ----------
    known : dict of (enterprise row, resource row) to str
        Stage of the pairs that have been in contact.
    signed_there : frozenset of (enterprise row, region position)
        Where an enterprise has a project running of which nobody wrote down on which resource.
    model_about : dict
        ``id``, ``trained_as_of``, ``degraded``; where degraded, ``why``; where it has seen outcomes
        of after the day asked for, ``saw_later`` (Text).
    calibrated : bool
        Whether the probabilities rest on a history.
    proven : bool or None
        Whether the model, when it was judged, told what signs better than chance would; None = it
        was not judged.
    made_up : bool
        Whether the data is the demonstration's.
    read_at : str
        When the rows were read that the scores rest on (UTC stamp); empty: just now.
    rows_name : str
        Of which rows all of this was made; empty: not known.
    """

    market: Market
    model: StageModel
    limits: Limits
    interests: Interests
    amounts: AmountModel
    known: dict[tuple[int, int], str] = field(default_factory=dict)
    signed_there: frozenset[tuple[int, int]] = frozenset()
    model_about: dict[str, object] = field(default_factory=dict)
    calibrated: bool = False
    proven: bool | None = None
    made_up: bool = False
    read_at: str = ""
    rows_name: str = ""

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What was worked out of this ranking and is worth keeping as long as it is."""
        return {}

    @cached_property
    def scorer(self) -> BlockScorer:
        """The model, made ready for blocks of this market."""
        return BlockScorer(self.model, self.market)

    def made_ready(self) -> Ranking:
        """This ranking, with what takes a while made beforehand."""
        everything = np.arange(len(self.market.enterprises)), np.arange(len(self.market.resources))
        for rows, others in (
            (everything[0][:1], everything[1]),
            (everything[0], everything[1][:1]),
        ):
            if len(rows) and len(others):
                self.scores(rows, others)
                self.limits.barred(rows, others)
        if all(map(len, everything)):
            self.explainer.explain(everything[0][:1], everything[1][:1])
        return self

    def made_ready_as(self, other: Ranking) -> Ranking:
        """This ranking, with what was made of another one of the same market and model."""
        for name in ("scorer", "explainer"):
            if name in other.__dict__:
                self.__dict__[name] = other.__dict__[name]
        return self

    @cached_property
    def explainer(self) -> Explainer:
        """The model, made ready to take scores of this market apart."""
        return Explainer(self.model, self.market)

    def scores(self, enterprises: Index, resources: Index) -> NDArray[np.float32]:
        """(e, r) expected number of stages passed, plus what declared interests add."""
        # Six digits are more than the model knows; what they leave open is told apart by id.
        return six_digits(self.unrounded(enterprises, resources))

    def unrounded(self, enterprises: Index, resources: Index) -> NDArray[np.float32]:
        """(e, r) scores before they are rounded."""
        score = self.scorer.scores(enterprises, resources)
        if self.interests.wanted:
            at, e, r = self._here(self._wanted_rows, enterprises, resources)
            score[e, r] += self._bonus[at]
        return score

    def left_out(
        self, filters: Filters, enterprises: Index, resources: Index, candidates: Side
    ) -> NDArray[np.uint8]:
        """(e, r) masks of the filters that leave a pair out; 0 = it stays.

        Parameters
        ----------
        candidates : str
            The side that is listed: ``kind`` is one of its kinds.
        """
        out = np.zeros((len(enterprises), len(resources)), np.uint8)
        e_kept = self._kept(filters, "enterprise", candidates)[enterprises]
        r_kept = self._kept(filters, "resource", candidates)[resources]
        out |= (~e_kept)[:, None] * np.uint8(FILTERED)
        out |= (~r_kept)[None, :] * np.uint8(FILTERED)
        if filters.cross_pair != "allow":
            paired = self.paired(enterprises, resources)
            wrong = paired if filters.cross_pair == "only" else ~paired
            out |= wrong * np.uint8(CROSS_PAIR)
        if filters.hide_known:
            _, e, r = self._here(self._known_rows, enterprises, resources)
            out[e, r] |= KNOWN
        return out

    def _here(
        self, pairs: NDArray[np.int64], enterprises: Index, resources: Index
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Which of some pairs of rows stand in a block, and where there."""
        e = positions(enterprises, len(self.market.enterprises))[pairs[:, 0]]
        r = positions(resources, len(self.market.resources))[pairs[:, 1]]
        at = np.flatnonzero((e >= 0) & (r >= 0))
        return at, e[at], r[at]

    @cached_property
    def _known_rows(self) -> NDArray[np.int64]:
        return np.array(sorted(self.known), np.int64).reshape(-1, 2)

    @cached_property
    def _wanted_rows(self) -> NDArray[np.int64]:
        return np.array(sorted(self.interests.wanted), np.int64).reshape(-1, 2)

    @cached_property
    def _bonus(self) -> NDArray[np.float32]:
        return np.array([self.interests.bonus(e, r) for e, r in self._wanted_rows], np.float32)

    def paired(self, enterprises: Index, resources: Index) -> NDArray[np.bool_]:
        """(e, r) whether the pairing in force joins the two regions."""
        a = self.market.enterprises.fields["region"][enterprises][:, None]
        b = self.market.resources.fields["region"][resources][None, :]
        return self._joined(a, b)

    def paired_rows(self, enterprises: Index, resources: Index) -> NDArray[np.bool_]:
        """(n,) the same of the i-th enterprise with the i-th resource."""
        a = self.market.enterprises.fields["region"][enterprises]
        return self._joined(a, self.market.resources.fields["region"][resources])

    def _joined(self, a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
        joined: NDArray[np.bool_] = self.market.graph.paired[np.maximum(a, 0), np.maximum(b, 0)]
        return joined & (a >= 0) & (b >= 0)

    def expected_investment(
        self, enterprises: Index, resources: Index, p_signed: NDArray[Any]
    ) -> NDArray[np.float64]:
        """P(signed) · E(amount | signed) of pairs row by row, 万元; NaN = not known."""
        return np.asarray(p_signed, np.float64) * self.investment_if_signed(enterprises, resources)

    def investment_if_signed(self, enterprises: Index, resources: Index) -> NDArray[np.float64]:
        """E(amount | signed) of pairs row by row, 万元; NaN = not known."""
        return self.amounts.expected(
            self.market.enterprises.fields["budget_wan"][enterprises],
            self.market.resources.fields["kind"][resources],
        )

    def _kept(self, filters: Filters, side: Side, candidates: Side) -> NDArray[np.bool_]:
        profiles = self.market.enterprises if side == "enterprise" else self.market.resources
        kinds = ENTERPRISE_KINDS if side == "enterprise" else RESOURCE_KINDS
        keep = np.ones(len(profiles), np.bool_)
        if side == candidates and filters.kind is not None:
            keep &= profiles.fields["kind"] == kinds.index(str(filters.kind))
        if side == "resource" and filters.programme is not None:
            chosen = [i for i, k in enumerate(kinds) if PROGRAMME_OF[k] == filters.programme]
            keep &= np.isin(profiles.fields["kind"], chosen)
        return keep
