"""A slider beside a number, both sent by one form and whole without a script.

Without a script the two cannot follow each other. So the form says where each stood when it was
shown, and whichever was moved counts; where both were, the number does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

_STEPS = 100
"""A slider has about so many places to stand."""


@dataclass(frozen=True)
class Slider:
    """A range of values; all are as written in a form."""

    low: str
    high: str
    step: str
    at: str

    @classmethod
    def over(cls, low: float, high: float, value: str, *, whole: bool) -> Slider:
        """One that stands as near to a value as its steps allow; at the low end without one.

        Parameters
        ----------
        low, high : float, low < high
        value : str
            As written; what is no number counts as none.
        whole : bool
            Whole steps only.
        """
        step = _round_step((high - low) / _STEPS)
        if whole:
            step = max(1.0, float(math.ceil(step)))
        try:
            wanted = float(value)
        except ValueError:
            wanted = low
        if not math.isfinite(wanted):
            wanted = low
        most = math.floor((high - low) / step + 1e-9)
        at = low + step * min(max(round((wanted - low) / step), 0), most)
        return cls(*(f"{each:.10g}" for each in (low, high, step, at)))


def chosen(sent: Mapping[str, str], name: str) -> str:
    """The value that a form says of a term: that of the control which was moved.

    Parameters
    ----------
    sent : mapping
        ``NAME`` the number, ``NAME.was`` what it was, ``NAME.slider`` and ``NAME.slider.was``.
    """
    number, slider = sent.get(name, "").strip(), sent.get(f"{name}.slider", "").strip()
    moved = slider != "" and not _same(slider, sent.get(f"{name}.slider.was", ""))
    kept = _same(number, sent.get(f"{name}.was", ""))
    return slider if moved and kept else number


def _same(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-12)
    except ValueError:
        return one.strip() == other.strip()


def _round_step(least: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least * (1 - 1e-9))
