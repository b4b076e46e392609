"""The industries: the tree of GB/T 4754-2017, from section (门类) to class (小类).

A code without its section letter names a branch of the tree (``17``, ``176``, ``1761``);
a section is its letter (``C``). Downstream everything is a position in :attr:`Industries.codes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

import data
from features.language import Language, Text, current_language, text
from features.place_names import excerpt, half_width
from features.tables import Table

__all__ = ["Industries", "Industry", "UnknownIndustry"]

IntArray = npt.NDArray[np.integer]

LEVELS = 4
"""Section, division, group, class (门类, 大类, 中类, 小类)."""

_CODE = re.compile(r"([A-Z]?)([0-9]*)")
_MOST_SUGGESTIONS = 3


class UnknownIndustry(ValueError):
    """Not a code of the tree.

    Attributes
    ----------
    written : str
    suggestions : list of (name, code)
        What may have been meant, nearest first; may be empty.
    message : Text
    """

    def __init__(
        self,
        written: str,
        suggestions: Sequence[tuple[str, str]] = (),
        message: Text | None = None,
    ) -> None:
        self.written = written
        self.suggestions = list(suggestions)
        self.message = message or _unknown_message(written, self.suggestions)
        super().__init__(self.message[current_language()])


class Industry(NamedTuple):
    """One branch: its code without section letter, name, level 1 to 4 and parent's code.

    The English name is empty where there is none, as for classes.
    """

    code: str
    name: str
    level: int
    parent: str
    name_en: str = ""


class Industries:
    """The tree, in order of code.

    Attributes
    ----------
    codes : tuple of str, length n
    index : dict of str to int
        Position of a code in ``codes``.
    parent : (n,) array of int
        Position of the parent; -1 for a section.
    level : (n,) array of int
        1 section, 2 division, 3 group, 4 class.
    section : tuple of str, length n
        Letter of the section of each.
    line : (n, 4) array of int
        Positions of the section, division, group and class that each lies in, itself
        included; -1 below its own level.
    """

    def __init__(self, branches: Iterable[Industry]) -> None:
        self._branches = {b.code: b for b in sorted(branches, key=lambda branch: branch.code)}
        self.codes: tuple[str, ...] = tuple(self._branches)
        self.index: dict[str, int] = {code: i for i, code in enumerate(self.codes)}
        for branch in self._branches.values():
            over = self._branches.get(branch.parent)
            above = over.level if over else 0
            if bool(branch.parent) != bool(over) or branch.level != above + 1 or above >= LEVELS:
                raise UnknownIndustry(
                    branch.parent,
                    message=text("industry.unknown_parent", code=branch.code, parent=branch.parent),
                )
        branches_in_order = self._branches.values()
        self.level = np.array([b.level for b in branches_in_order], dtype=np.int64)
        self.parent = np.array(
            [self.index[b.parent] if b.parent else -1 for b in branches_in_order], dtype=np.int64
        )
        self.line = np.full((len(self.codes), LEVELS), -1, dtype=np.int64)
        for level in range(1, LEVELS + 1):
            here = np.flatnonzero(self.level == level)
            if level > 1:
                self.line[here] = self.line[self.parent[here]]
            self.line[here, level - 1] = here
        # One row more, at position -1: "not known", which has nothing in common with any.
        self._mine = np.vstack([self.line, np.full(LEVELS, -1)]).astype(np.int32)
        self._other = np.where(self._mine < 0, -2, self._mine)
        self.section: tuple[str, ...] = tuple(self.codes[i] for i in self.line[:, 0])

    @classmethod
    def built_in(cls) -> Industries:
        """GB/T 4754-2017, from ``data/industries.csv`` (read once)."""
        return _built_in()

    def with_rows(self, table: Table) -> Industries:
        """This tree with a user's rows of the table ``industries`` added or replacing.

        A cell not known leaves what is built in; a missing parent is read off the code, a
        missing level off the parent.

        Raises
        ------
        UnknownIndustry
            If a parent is neither in the tree nor in the table, or not one level above.
        """
        branches = dict(self._branches)
        for row in table.rows():
            code, name, section = (str(row.get(c) or "") for c in ("code", "name", "section"))
            parent, level = str(row.get("parent") or ""), row.get("level")
            if not parent and code not in branches:
                parent = code[:-1] if len(code) > 2 else section if code != section else ""
            old = branches.get(code, Industry(code, code, 0, parent))
            branches[code] = old._replace(
                name=name or old.name,
                name_en=str(row.get("name_en") or "") or old.name_en,
                parent=parent or old.parent,
                level=level if isinstance(level, int) else old.level,
            )
        for code in sorted(branches, key=len):
            if branches[code].level == 0:
                over = branches.get(branches[code].parent)
                branches[code] = branches[code]._replace(level=over.level + 1 if over else 1)
        return Industries(branches.values()) if len(table) else self

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self.index

    def name(self, code: str, lang: Language = "zh") -> str:
        """Name of a branch.

        In English that of the nearest branch above which has one, with the code itself, where
        it has none of its own: ``manufacture of complete motor vehicles (3611)``.
        """
        branch = self._branches[code]
        if lang == "zh":
            return branch.name
        if branch.name_en:
            return branch.name_en
        over = next((n for c in self.ancestors(code) if (n := self._branches[c].name_en)), None)
        return branch.name if over is None else f"{over} ({code})"

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes from the branch itself up to its section."""
        return tuple(self.codes[i] for i in self.line[self.index[code]][::-1] if i >= 0)

    def depth_of_common(self, a: IntArray, b: IntArray) -> npt.NDArray[np.int8]:
        """Level of the deepest branch that both lie in.

        Parameters
        ----------
        a, b : arrays of int that broadcast against each other
            Positions in :attr:`codes`; negative = not known.

        Returns
        -------
        array of int8, 0..4
            0 = not even the section, or not known; 4 = the same class. A whole division
            and a class in it have the division in common (2).
        """
        a, b = np.maximum(a, -1), np.maximum(b, -1)
        depth = np.zeros(np.broadcast_shapes(a.shape, b.shape), dtype=np.int8)
        for level in range(LEVELS):  # lines that part never meet again: equal levels lead
            depth += self._mine[a, level] == self._other[b, level]
        return depth

    def nearness(self, own: IntArray, wanted: IntArray) -> npt.NDArray[np.float32]:
        """How near an industry is to a wanted one.

        Parameters
        ----------
        own, wanted : arrays of int that broadcast against each other
            Positions in :attr:`codes`; a negative ``own`` = not known.

        Returns
        -------
        array of float32, 0..1
            1 = the wanted one or within it; 0.8 = of one group; 0.6 = of one division; of one
            section only: 0.15 within manufacturing, 0.5 elsewhere; 0 = else.
        """
        # By level of the deepest common branch: none, section, division, group, class.
        by_level = np.array([0, 0.15, 0.6, 0.8, 1.0], np.float32)
        # Manufacturing (C) is 31 divisions of little in common; other sections are narrower.
        narrow = np.array(self.section)[np.maximum(own, 0)] != "C"
        common = self.depth_of_common(own, wanted)
        near = np.where((common == 1) & narrow, np.float32(0.5), by_level[common])
        return np.where(common == self.level[wanted], np.float32(1), near)

    def resolve(self, written: str) -> str:
        """Code of the branch that is written, without section letter where it has digits.

        Accepted: ``C``, ``17``, ``1761``, ``C17``, ``C1761``, also in lower case or full width,
        with blanks around.

        Raises
        ------
        UnknownIndustry
            With what may have been meant: the nearest branch above, the code whose leading
            zero a spreadsheet dropped, the right section letter, the code of a name.
        """
        plain = half_width(written)
        if plain in self.index:
            return plain
        # Beyond ASCII there are letters whose capital is an ASCII one (ı, ſ): not codes.
        plain = plain.upper() if plain.isascii() else plain
        if plain in self.index:
            return plain
        match = _CODE.fullmatch(plain)
        if match is None or not plain:
            raise UnknownIndustry(written, self._called(plain))
        letter, digits = match[1], match[2]
        if digits not in self.index:
            raise self._unknown(written, letter, digits)
        section = self.section[self.index[digits]]
        if letter and letter != section:
            raise UnknownIndustry(
                written,
                [(self.name(digits), digits)],
                text("industry.wrong_section", written=excerpt(written), code=digits,
                     name=self.name(digits), section=section),
            )  # fmt: skip
        return digits

    def _unknown(self, written: str, letter: str, digits: str) -> UnknownIndustry:
        whole = "0" + digits
        if whole in self.index and letter in ("", self.section[self.index[whole]]):
            found = [(self.name(whole), whole)]
            message = text(
                "industry.lost_zero", written=excerpt(written), suggestions=_listed(found)
            )
            return UnknownIndustry(written, found, message)
        above = [digits[:n] for n in (3, 2) if len(digits) > n and digits[:n] in self.index]
        if not above and letter in self.index:
            above = [letter]
        return UnknownIndustry(written, [(self.name(code), code) for code in above[:1]])

    def _called(self, plain: str) -> list[tuple[str, str]]:
        """Branches whose code begins the text, or whose name is near it (a name is no code)."""
        if match := re.match(r"[A-Z]?([0-9]{2,4})(?![0-9])", plain):
            return [(self.name(match[1]), match[1])] if match[1] in self.index else []
        name = re.sub(r"[A-Z]?[0-9]*\s*", "", plain, count=1)
        if len(name) < 2:
            return []
        from rapidfuzz import fuzz, process

        names = {code: branch.name for code, branch in self._branches.items()}
        near = process.extract(
            name, names, scorer=fuzz.ratio, limit=_MOST_SUGGESTIONS, score_cutoff=60
        )
        return [(called, code) for called, _, code in near]


@cache
def _built_in() -> Industries:
    return Industries(
        Industry(row["code"], row["name"], int(row["level"]), row["parent"], row["name_en"])
        for row in data.rows("industries")
    )


def _listed(found: Sequence[tuple[str, str]]) -> Text:
    each = [text("industry.one", name=name, code=code) for name, code in found]
    joint = text("region.or")
    return {lang: joint[lang].join(one[lang] for one in each) for lang in joint}


def _unknown_message(written: str, suggestions: Sequence[tuple[str, str]]) -> Text:
    if not written.strip():
        return text("industry.empty")
    if suggestions:
        return text(
            "industry.unknown_suggest", written=excerpt(written), suggestions=_listed(suggestions)
        )
    return text("industry.unknown", written=excerpt(written))
