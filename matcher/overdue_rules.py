"""The rules by which something is overdue, from a file that people can edit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import data
from features.language import Text, current_language, text
from features.system_reasons import why, why_not_text

__all__ = ["BadRules", "Rules", "load"]

FILE = "overdue_rules.toml"


@dataclass(frozen=True)
class Rules:
    """Limits of yellow and red lights; see ``data/overdue_rules.toml`` for their meaning.

    Attributes
    ----------
    start, completion, visits : (float, float)
        Months late: yellow, red.
    money : (float, float)
        Points of the agreed sum behind plan.
    problems : (float, float)
        Days past due.
    due_days : float
        Days after which a problem without a due date is due.
    visits_level : str
        ``city`` or ``county``.
    visits_kinds : tuple of str
    """

    start: tuple[float, float]
    completion: tuple[float, float]
    money: tuple[float, float]
    problems: tuple[float, float]
    due_days: float
    visits: tuple[float, float]
    visits_level: str
    visits_kinds: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in vars(self).items()}


class BadRules(ValueError):
    """A rules file that cannot be used.

    Attributes
    ----------
    message : Text
    """

    exit_status = 2

    def __init__(self, code: str, /, **values: object) -> None:
        self.message: Text = text(f"overdue.rules.{code}", **values)
        super().__init__(self.message[current_language()])


def load(own: Path | None = None) -> Rules:
    """The built-in rules, with those of a file of the user's laid over them.

    Parameters
    ----------
    own : Path, optional
        A file with the lines that differ; one that is not there changes nothing.

    Raises
    ------
    BadRules
        If it cannot be read, names a rule there is not, or gives one an impossible value.
    """
    rules = _read(data.folder().joinpath(FILE))
    if own is not None and own.exists():
        for part, lines in _read(own).items():
            for name, value in (lines if isinstance(lines, Mapping) else {"": lines}).items():
                _check(own, rules, part, name, value)
                rules[part][name] = value
        for part in rules:
            low, high = _pair(rules[part])
            if low > high:
                raise BadRules("value", file=own, name=part, value=f"{low}, {high}",
                               wanted=text("overdue.rules.order"))  # fmt: skip
    return Rules(
        start=_pair(rules["start"]),
        completion=_pair(rules["completion"]),
        money=_pair(rules["money"]),
        problems=_pair(rules["problems"]),
        due_days=float(rules["problems"]["due_days"]),
        visits=_pair(rules["visits"]),
        visits_level=str(rules["visits"]["level"]),
        visits_kinds=tuple(rules["visits"]["kinds"]),
    )


def _read(file: Traversable | Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadRules("unreadable", file=file, reason=why(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRules("unreadable", file=file, reason=why_not_text(error)) from error


def _check(
    file: Path, rules: Mapping[str, Mapping[str, Any]], part: str, name: str, value: Any
) -> None:
    known = [f"{p}.{n}" for p, lines in rules.items() for n in lines]
    if f"{part}.{name}" not in known:
        raise BadRules("unknown", file=file, name=f"{part}.{name}".rstrip("."),
                       known=", ".join(known))  # fmt: skip
    if name == "level":
        fits, wanted = value in ("city", "county"), "level"
    elif name == "kinds":
        fits = isinstance(value, list) and {*map(str, value)} <= {"high_level", "trade"}
        wanted = "kinds"
    else:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        fits, wanted = number and 0 <= value < 1e6, "number"
    if not fits:
        raise BadRules("value", file=file, name=f"{part}.{name}", value=value,
                       wanted=text(f"overdue.rules.{wanted}"))  # fmt: skip


def _pair(lines: Mapping[str, Any]) -> tuple[float, float]:
    low = next(v for name, v in lines.items() if name.startswith("yellow"))
    high = next(v for name, v in lines.items() if name.startswith("red"))
    return float(low), float(high)
