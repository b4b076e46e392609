"""The plan's indicators: what of the register counts towards each, where, when and how much.

A social project counts as such and not as a cooperation project too, so that none is counted
twice. Each is counted in the year of its own event: a signature when it was signed, workers and
trainees when the project started. What an indicator is, what is counted and what it lacks stands in
``data/messages/targets.toml`` under ``indicator.<name>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

import data
from features.language import Text, catalogue, text
from features.schema import PROGRAMMES
from matcher.register import FloatArray, IntArray, Register

__all__ = ["FROM_REGISTER", "Counted", "Indicator", "counted", "indicator", "known"]

_TEN_THOUSAND: Final = 1e4

#: Indicators of which the register knows something.
FROM_REGISTER: Final = (
    "cooperation_projects", "cooperation_amount", "labour_exported", "labour_trained",
    "social_projects",
)  # fmt: skip


@dataclass(frozen=True)
class Indicator:
    """One indicator of the plan, or one of a user's own.

    Attributes
    ----------
    unit : str
        As the plan writes it: 个, 亿元, 万人次, 万人, %.
    measure : str
        ``in_year`` (to be added in each year) or ``level`` (a share to be reached).
    whole : bool
        Whether it counts things, so that parts of a target are whole numbers.
    about : dict of str to Text
        ``definition``, ``counted``, ``lacks``; empty for a user's own.
    """

    name: str
    unit: str
    measure: str
    label: Text
    whole: bool
    about: dict[str, Text]


def indicator(name: str, unit: str = "") -> Indicator:
    """The indicator of that name; one that the plan does not know counts only what is entered."""
    row = next((r for r in data.rows("targets") if r["indicator"] == name), None)
    unit = row["unit"] if row else unit
    measure = row["measure"] if row else "level" if unit == "%" else "in_year"
    label = {"zh": row["label_zh"], "en": row["label_en"]} if row else {"zh": name, "en": name}
    parts = ("definition", "counted", "lacks")
    codes = {part: f"indicator.{name}.{part}" for part in parts}
    about = {part: text(code) for part, code in codes.items() if code in catalogue()}
    return Indicator(name, unit, measure, label, unit == "个", about)


def known() -> list[str]:
    """The plan's indicators, in its order."""
    return list(dict.fromkeys(row["indicator"] for row in data.rows("targets")))


@dataclass(frozen=True)
class Counted:
    """What each project of a register adds to one indicator.

    Attributes
    ----------
    counts : (n,) bool array
        Whether the project is of the kind that counts.
    day : (n,) int array
        Ordinal of the day it counts on; 0 = not by the register's day.
    value : (n,) float array
        How much, in the indicator's unit; NaN = not known.
    event : str
        The date column that decides: ``signed_on`` or ``started_on``.
    """

    counts: NDArray[np.bool_]
    day: IntArray
    value: FloatArray
    event: str

    def inside(self, first: int, last: int) -> NDArray[np.bool_]:
        """(n,) whether it counts between two ordinals, both included."""
        return self.counts & (self.day >= first) & (self.day <= last)


def counted(register: Register, name: str) -> Counted | None:
    """What a register knows of an indicator; None = nothing."""
    if name not in FROM_REGISTER:
        return None
    social = register.programme == PROGRAMMES.index("social")
    labour = register.programme == PROGRAMMES.index("labour")
    one = np.ones(len(register))
    kinds: dict[str, tuple[NDArray[np.bool_], str, FloatArray]] = {
        "cooperation_projects": (~social, "signed_on", one),
        "cooperation_amount": (~social, "signed_on", register.agreed_wan / _TEN_THOUSAND),
        "labour_exported": (labour, "started_on", _people(register, "jobs")),
        "labour_trained": (one > 0, "started_on", _people(register, "trained")),
        "social_projects": (social, "signed_on", one),
    }
    counts, event, value = kinds[name]
    return Counted(counts, register.dates[event], value, event)


def _people(register: Register, column: str) -> FloatArray:
    cells = cast("list[float | None]", register.cells(column))
    heads = np.array([np.nan if n is None else n for n in cells], np.float64)
    return heads / _TEN_THOUSAND
