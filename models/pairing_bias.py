"""What being paired does to history and to success: two things that must not be mixed up.

Nearly everyone who was ever introduced was in-pair. That is how introductions were made (the
logging bias), and says nothing of what comes of them. What pairing does to success, once two
sides have met, is an effect of its own; it is learned from introductions only, so the share of
in-pair ones among them does not enter it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from features.market import Market
from models.history import SIGNED, Introductions
from models.scorers import Scorer, StageScorer
from models.training_rows import training_pairs
from models.trial import in_pair

__all__ = ["PairingBias", "pairing_bias"]

FEATURE: Final = "paired"
_PAIRS: Final = 1_000_000
_REACH: Final = 1.959964  # standard deviations on either side that hold 95 % of a normal


@dataclass(frozen=True)
class PairingBias:
    """In-pair among introductions, among all pairs, and its effect on success given contact.

    Attributes
    ----------
    introduced, possible : float
        Share of in-pair ones among the introductions learned from, among all pairs.
    signed_in_pair, signed_cross_pair : float or None
        Share that signed of each; None without any.
    odds_ratio : float or None
        What being paired multiplies the odds of signing by, once they have met and all else the
        model looks at being equal. None where the ranker is no stage model.
    low, high : float or None
        95 % interval of it; None for the rule, which learned nothing.
    """

    introduced: float
    possible: float
    signed_in_pair: float | None
    signed_cross_pair: float | None
    odds_ratio: float | None = None
    low: float | None = None
    high: float | None = None

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return asdict(self)


def pairing_bias(market: Market, history: Introductions, scorer: Scorer) -> PairingBias:
    """How history is biased by pairing, and what the ranker learned that pairing is worth.

    Parameters
    ----------
    market : Market
        Its graph says who is paired.
    history : Introductions
        What was learned from.
    scorer : Scorer
        The effect is known of stage models (:class:`models.scorers.StageScorer`).
    """
    e, r, known = training_pairs(market, history)
    paired = in_pair(market, e, r)
    signed = history.reached[known] >= SIGNED
    ratio, low, high = _odds_ratio(scorer)
    return PairingBias(
        introduced=float(paired.mean()) if len(paired) else 0.0,
        possible=_possible(market),
        signed_in_pair=float(signed[paired].mean()) if paired.any() else None,
        signed_cross_pair=float(signed[~paired].mean()) if not paired.all() else None,
        odds_ratio=ratio, low=low, high=high,
    )  # fmt: skip


def _possible(market: Market) -> float:
    """Share of in-pair ones among all pairs; of a large market among evenly spread enterprises."""
    n, m = len(market.enterprises), len(market.resources)
    if not n or not m:
        return 0.0
    some = np.unique(np.linspace(0, n - 1, min(n, max(_PAIRS // m, 1))).astype(np.int64))
    return float(in_pair(market, some[:, None], np.arange(m)[None, :]).mean())


def _odds_ratio(scorer: Scorer) -> tuple[float | None, float | None, float | None]:
    if not isinstance(scorer, StageScorer) or FEATURE not in scorer.model.names:
        return None, None, None
    model = scorer.model
    at = model.names.index(FEATURE)
    weight = float(model.weights[0, at])
    if model.covariance is None:
        return float(np.exp(weight)), None, None
    sd = float(np.sqrt(max(model.covariance[1 + at, 1 + at], 0.0)))
    low, high = np.exp([weight - _REACH * sd, weight + _REACH * sd]).tolist()
    return float(np.exp(weight)), low, high
