"""The values that a reason rests on, where its sentence says no more than for or against.

A user's own columns and what two traits are worth together: nobody but the user knows what such a
value means, so it is told, beside what is usual, and that it speaks for the match or against it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from features.language import LANGUAGES, Text, catalogue, filled, text
from features.market import Market
from features.profiles import Profiles
from models.explain import MET
from models.interactions import BETWEEN
from models.reason_gaps import called
from models.reason_words import DASH, figure, joined, label, name_of

if TYPE_CHECKING:
    from models.reasons import PairWords

#: Shares of a median within which a number counts as usual.
_NEAR = 0.02


def plainly(words: PairWords, about: str, way: str) -> Text:
    """That a topic speaks for or against, by its label and, where they are known, its figures."""
    code = f"reason_value.{about}"
    value = filled(code, words.figures) if code in catalogue() else DASH
    if DASH["zh"] in value["zh"]:
        return text(f"reason.plain.{way}", label=called(about))
    return text(f"reason.plain.valued_{way}", label=called(about), value=value)


def own_reason(words: PairWords, about: str, way: str) -> Text | None:
    """The sentence of a user's own column, or of two traits together; None: it is neither."""
    if about.startswith(MET):
        left, right = about.removeprefix(MET).split(BETWEEN)
        return text(
            f"reason.met.{way}", left=_trait(words, left, "enterprise"),
            right=_trait(words, right, "resource"),
        )  # fmt: skip
    if about.startswith("own:"):
        _, side, column = about.split(":", 2)
        return text(f"reason.own.{way}", column=column, value=_own(words, side, column))
    if not about.startswith("x_"):
        return None
    how, name = about.removeprefix("x_").split(":", 1)
    column = f"x_{name}"
    sides = {"e": ("enterprise",), "r": ("resource",)}.get(how, ("enterprise", "resource"))
    values = [_own(words, side, column) for side in sides]
    if len(values) == 1:
        return text(f"reason.own.{way}", column=column, value=values[0])
    return text(f"reason.own.both_{way}", column=column, mine=values[0], theirs=values[1])


def _trait(words: PairWords, name: str, side: str) -> Text:
    """A trait and what it is of this pair."""
    if name.startswith("own:"):
        _, side, column = name.split(":", 2)
        return text("trait.valued", trait=column, value=_own(words, side, column))
    value = _built_in(words, name, side)
    trait = text(f"trait.{name}")
    return trait if value is None else text("trait.valued", trait=trait, value=value)


def _built_in(words: PairWords, name: str, side: str) -> Text | None:
    if name == "intents":
        return joined([words.figures["intents"]])  # type: ignore[list-item]
    if name == "enterprise_kind":
        return label("enterprises", "kind", words.e("kind") or "company")
    if name == "resource_kind":
        return label("resources", "kind", words.r("kind"))
    return _trade(words, side) if name == "trade" else None


def _trade(words: PairWords, side: str) -> Text | None:
    """The trade stated; where none is, the likeliest by what is written."""
    stated = words.figures["e_industry" if side == "enterprise" else "r_industries"]
    if isinstance(stated, dict) and stated != DASH:
        return stated
    market = words.market
    profiles, row = _side(words, side)
    shares = profiles.fields["trade_share"][row]
    if not len(market.trades) or not shares[: len(market.trades)].any():
        return None
    likely = market.trades[int(np.argmax(shares[: len(market.trades)]))]
    named = name_of(market.industries, likely)
    return None if named == DASH else text("trait.trade_read", trade=named)


def _own(words: PairWords, side: str, column: str) -> Text:
    """A cell of a user's own column; a number beside what is usual."""
    profiles, row = _side(words, side)
    values = profiles.own.get(column)
    if values is None or values[row] is None or values[row] != values[row]:
        return text("own_value.empty")
    if values.dtype == object:
        return dict.fromkeys(LANGUAGES, str(values[row]))
    return _beside(float(values[row]), words.market.once(_usuals)[side, column])


@lru_cache(maxsize=16384)
def _beside(value: float, usual: float) -> Text:
    """A number beside what is usual."""
    apart = abs(value - usual) > _NEAR * abs(usual)
    how = ("above" if value > usual else "below") if apart else "usual"
    return text(f"own_value.{how}", value=figure(value), usual=figure(usual))


def _usuals(market: Market) -> dict[tuple[str, str], float]:
    """The middle of each column of numbers of the user's own, by side and column."""
    found = {}
    for profiles in (market.enterprises, market.resources):
        for column, values in profiles.own.items():
            if values.dtype != object and (known := np.sort(values[~np.isnan(values)])).size:
                found[profiles.side, column] = float(known[(len(known) - 1) // 2])
    return found


def _side(words: PairWords, side: str) -> tuple[Profiles, int]:
    if side == "enterprise":
        return words.market.enterprises, words.enterprise
    return words.market.resources, words.resource
