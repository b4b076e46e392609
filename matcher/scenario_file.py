"""A scenario file (JSON) → :class:`matcher.scenario.Scenario`, or every finding at once.

A finding names the place as a path into the document (``cross_pair.max_share``), the value there
and what to do about it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from features.findings import Finding, FindingsError
from features.language import text
from features.place_names import AmbiguousRegion, UnknownRegion, excerpt
from features.regions import Regions
from features.schema import PROGRAMMES
from matcher.scenario import (
    DRAWS,
    MODES,
    MOST_DRAWS,
    OBJECTIVES,
    REGIMES,
    Aim,
    Ceilings,
    Scenario,
)

_LONGEST_NAME = 200
_MOST = 1e15
#: A whole number of more digits is read as a float.
_DIGITS = 300
#: Levels of pollution go from 0 to this (contract 1).
_WORST_POLLUTION = 3

_KEYS = (
    "name", "pairing", "cross_pair", "programmes", "objective", "budget", "limits", "fairness",
    "compare_with", "draws", "seed",
)  # fmt: skip


def read_scenario(
    content: bytes,
    *,
    regions: Regions,
    pairings: Collection[str],
    places: Collection[str] | None = None,
    file: str = "scenario.json",
) -> Scenario:
    """The scenario of a file's bytes.

    Parameters
    ----------
    content : bytes
        UTF-8, with or without BOM.
    regions : Regions
        Those that limits may name.
    pairings : collection of str
        Names of the pairings there are.
    places : collection of str, optional
        Codes of the regions that a resource benefits, or lies in: a limit on another developed
        region would never bind and is refused. None = not known.
    file : str
        Its name, for the findings; its stem names a scenario that has no name of its own.

    Raises
    ------
    features.findings.FindingsError
        With all that is wrong.
    """
    found = _Findings(file)
    try:
        document = _document(content, found)
    except ValueError:  # said already
        document = None
    if isinstance(document, dict):
        scenario = _scenario(document, _Reader(found, regions, pairings, places), file)
    else:
        if not found.findings:
            found.add("", document, "not_an_object")
        scenario = None
    if found.findings or scenario is None:
        raise FindingsError(found.findings)
    return scenario


@dataclass
class _Findings:
    file: str
    findings: list[Finding] = field(default_factory=list)

    def add(self, path: str, value: object, code: str, **values: object) -> None:
        """A finding at a path; ``code`` is one of ``scenario.finding``."""
        shown = excerpt(value if isinstance(value, str) else _as_written(value))
        self.findings.append(
            Finding(
                file=self.file, sheet=None, row=None, column=path or None, value=shown, code=code,
                message=text(f"scenario.finding.{code}", value=shown, **values),
            )
        )  # fmt: skip

    def message(self, path: str, value: object, code: str, message: dict[str, str]) -> None:
        """A finding whose sentence is at hand."""
        shown = excerpt(_as_written(value))
        self.findings.append(Finding(self.file, None, None, path, shown, code, message))


def _as_written(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return str(value)


def _whole(digits: str) -> int | float:
    """A whole number; one beyond all floats is infinite, as such a decimal is."""
    return int(digits) if len(digits) <= _DIGITS else float(digits)


def _plain(bound: float) -> str:
    """A bound in digits; only where these would be too many, with its power of ten."""
    return f"{bound:.0f}" if bound == int(bound) and abs(bound) < 1e12 else f"{bound:g}"


def _document(content: bytes, found: _Findings) -> object:
    """The JSON document; keys written twice are found too."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        for key in sorted({k for k in keys if keys.count(k) > 1}):
            found.add(key, key, "doubled_key")
        return dict(pairs)

    try:
        written = content.decode("utf-8-sig")
        if not written.strip():
            found.add("", "", "empty")
            raise ValueError("an empty file")
        return json.loads(written, object_pairs_hook=once, parse_int=_whole)
    except UnicodeDecodeError as error:
        found.add("", "", "not_utf8", at=error.start + 1)
        raise
    except json.JSONDecodeError as error:
        line = error.doc.splitlines()[error.lineno - 1] if error.doc.strip() else ""
        found.add("", line.strip(), "not_json", line=error.lineno, column=error.colno)
        raise
    except RecursionError:
        found.add("", "", "too_deep")
        raise ValueError("nested too deeply") from None


@dataclass
class _Reader:
    """Values of the document by path, each judged once."""

    found: _Findings
    regions: Regions
    pairings: Collection[str]
    places: Collection[str] | None = None

    def keys(self, node: Mapping[str, Any], path: str, known: Sequence[str]) -> None:
        """Find keys that there are not, with the nearest that there is."""
        for key in node:
            if key not in known:
                near = get_close_matches(key, known, 1)
                code = "unknown_key_near" if near else "unknown_key"
                self.found.add(
                    _at(path, key), key, code, near="".join(near), known=", ".join(known)
                )

    def part(self, node: Mapping[str, Any], path: str, known: Sequence[str]) -> Mapping[str, Any]:
        """An object inside the document; empty where there is none."""
        if path not in node:
            return {}
        inner = node[path]
        if not isinstance(inner, dict):
            self.found.add(path, inner, "not_an_object_here", known=", ".join(known))
            return {}
        self.keys(inner, path, known)
        return inner

    def number(
        self, node: Mapping[str, Any], path: str, *, low: float = 0, high: float = _MOST,
        whole: bool = False,
    ) -> float | None:  # fmt: skip
        """A number within bounds at the end of ``path``; None where there is none."""
        key = path.rsplit(".", 1)[-1]
        if key not in node:
            return None
        return self.judged(node[key], path, low=low, high=high, whole=whole)

    def judged(
        self, value: object, path: str, *, low: float, high: float, whole: bool = False
    ) -> float | None:
        """A number within bounds, or a finding."""
        if value is None:
            self.found.add(path, value, "missing_number")
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.found.add(path, _as_written(value), "not_a_number")
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self.found.add(path, value, "not_finite")
            return None
        if whole and value != int(value):
            self.found.add(path, value, "not_whole", near=round(value))
            return None
        if not low <= value <= high:
            code = "negative" if value < 0 <= low else "out_of_bounds"
            if high == 1 and value > 1:
                code = "share_over_one"
            bounds = {"low": _plain(low), "high": _plain(high)}
            self.found.add(path, value, code, percent=f"{value / 100:g}", **bounds)
            return None
        return float(value)

    def choice(self, value: object, path: str, known: Sequence[str]) -> str | None:
        """One of some words, or a finding with the nearest."""
        if isinstance(value, str) and value in known:
            return value
        near = get_close_matches(str(value), known, 1)
        code = "unknown_choice_near" if near else "unknown_choice"
        self.found.add(path, value, code, near="".join(near), known=", ".join(known))
        return None

    def choices(
        self, value: object, path: str, known: Sequence[str], *, empty: bool
    ) -> tuple[str, ...]:
        """Some of some words, none twice."""
        if not isinstance(value, list):
            self.found.add(path, value, "not_a_list", known=", ".join(known))
            return ()
        if not value and not empty:
            self.found.add(path, value, "empty_list", known=", ".join(known))
        chosen: list[str] = []
        for i, one in enumerate(value):
            word = self.choice(one, f"{path}[{i}]", known)
            if word in chosen:
                self.found.add(f"{path}[{i}]", one, "named_twice")
            elif word is not None:
                chosen.append(word)
        return tuple(chosen)

    def by_region(self, node: Mapping[str, Any], path: str) -> dict[str, float]:
        """Amounts by region code; a region may be named as anywhere else."""
        inner = node.get(path.rsplit(".", 1)[-1], {})
        if not isinstance(inner, dict):
            self.found.add(path, inner, "not_by_region")
            return {}
        amounts: dict[str, float] = {}
        for name, value in inner.items():
            at = _at(path, name)
            amount = self.judged(value, at, low=0, high=_MOST)
            try:
                code = self.regions.resolve(name)
            except UnknownRegion as error:
                self.found.message(at, name, "unknown_region", error.message)
                continue
            except AmbiguousRegion as error:
                self.found.message(at, name, "ambiguous_region", error.message)
                continue
            if code in amounts:
                self.found.add(at, name, "region_twice")
            elif self._gives_only(code):
                self.found.add(at, name, "limit_on_giver", region=self.regions.name(code))
            if amount is not None:
                amounts[code] = amount
        return amounts

    def _gives_only(self, code: str) -> bool:
        """Whether a region is of the developed side and no resource benefits it or lies there.

        Of an underdeveloped region without resources the plan says so itself: it may get some.
        """
        if self.places is None:
            return False
        members = (code, *self.regions.members(code))
        sides = {self.regions.side[self.regions.index[one]] for one in members}
        return "underdeveloped" not in sides and not any(one in self.places for one in members)


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _scenario(document: Mapping[str, Any], read: _Reader, file: str) -> Scenario:
    read.keys(document, "", _KEYS)
    stem = file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".json")
    cross = read.part(document, "cross_pair", ("mode", "max_share"))
    fairness = read.part(document, "fairness", ("min_projects_per_region", "max_share_per_region"))
    mode = read.choice(cross["mode"], "cross_pair.mode", MODES) if "mode" in cross else None
    share = read.number(cross, "cross_pair.max_share", high=1)
    if mode == "only" and share is not None and share < 1:
        read.found.add("cross_pair.max_share", share, "only_with_share")
    regimes = (*REGIMES, *sorted(set(read.pairings) - set(REGIMES)))
    optional: dict[str, Callable[[Any], Any]] = {
        "name": lambda value: _name(value, read),
        "pairing": lambda value: read.choice(value, "pairing", sorted(read.pairings)),
        "programmes": lambda value: read.choices(value, "programmes", PROGRAMMES, empty=False),
        "objective": lambda value: _aims(value, read),
        "compare_with": lambda value: read.choices(value, "compare_with", regimes, empty=True),
        "draws": lambda value: read.judged(
            value, "draws", low=1, high=MOST_DRAWS, whole=True
        ),
        "seed": lambda value: read.judged(value, "seed", low=0, high=2**32 - 1, whole=True),
    }  # fmt: skip
    told = {key: of(document[key]) for key, of in optional.items() if key in document}
    least = read.number(fairness, "fairness.min_projects_per_region", whole=True)
    most = read.number(fairness, "fairness.max_share_per_region", high=1)
    return Scenario(
        name=told.get("name") or stem,
        pairing=told.get("pairing"),
        cross_pair="allow" if mode is None else _mode(mode),
        max_cross_share=1.0 if share is None else share,
        programmes=told.get("programmes") or PROGRAMMES,
        aims=told.get("objective") or (Aim("expected_investment"),),
        ceilings=_ceilings(document, read),
        min_projects_per_region=int(least or 0),
        max_share_per_region=1.0 if most is None else most,
        compare_with=told.get("compare_with", ()),
        draws=int(told.get("draws") or DRAWS),
        seed=int(told.get("seed") or 0),
    )


def _mode(written: str) -> Any:
    return written


def _ceilings(document: Mapping[str, Any], read: _Reader) -> Ceilings:
    budget = read.part(document, "budget", ("interest_subsidy_wan", "projects"))
    limits = read.part(
        document,
        "limits",
        (
            "land_mu_by_region", "labour_by_region", "energy_tce", "energy_tce_by_region",
            "max_pollution",
        ),
    )  # fmt: skip
    projects = read.number(budget, "budget.projects", whole=True)
    pollution = read.number(limits, "limits.max_pollution", high=_WORST_POLLUTION, whole=True)
    return Ceilings(
        land_mu_by_region=read.by_region(limits, "limits.land_mu_by_region"),
        labour_by_region=read.by_region(limits, "limits.labour_by_region"),
        energy_tce_by_region=read.by_region(limits, "limits.energy_tce_by_region"),
        energy_tce=read.number(limits, "limits.energy_tce"),
        max_pollution=None if pollution is None else int(pollution),
        interest_subsidy_wan=read.number(budget, "budget.interest_subsidy_wan"),
        projects=None if projects is None else int(projects),
    )


def _name(value: object, read: _Reader) -> str | None:
    if isinstance(value, str) and value.strip() and len(value) <= _LONGEST_NAME:
        if value.isprintable():
            return value.strip()
        read.found.add("name", value, "control_characters")
    else:
        read.found.add("name", value, "not_a_name", most=_LONGEST_NAME)
    return None


def _aims(value: object, read: _Reader) -> tuple[Aim, ...]:
    """A word, or a list of objects in order of rank."""
    if isinstance(value, str):
        word = read.choice(value, "objective", OBJECTIVES)
        return () if word is None else (Aim(_objective(word)),)
    if not isinstance(value, list) or not value:
        read.found.add("objective", value, "not_an_objective", known=", ".join(OBJECTIVES))
        return ()
    aims: list[Aim] = []
    for i, one in enumerate(value):
        path = f"objective[{i}]"
        if not isinstance(one, dict):
            read.found.add(path, one, "not_an_aim", known=", ".join(OBJECTIVES))
            continue
        read.keys(one, path, ("objective", "max_loss"))
        if "objective" not in one:
            read.found.add(path, one, "not_an_aim", known=", ".join(OBJECTIVES))
            continue
        word = read.choice(one["objective"], f"{path}.objective", OBJECTIVES)
        loss = read.number(one, f"{path}.max_loss", high=1)
        if word is not None and word in [aim.objective for aim in aims]:
            read.found.add(f"{path}.objective", word, "named_twice")
        elif word is not None:
            aims.append(Aim(_objective(word), loss or 0.0))
    return tuple(aims)


def _objective(word: str) -> Any:
    return word
