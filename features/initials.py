"""Chinese names by the initials of their pinyin: ``jyxf`` finds 缙云县缝纫.

Readings come from the library pypinyin (MIT), which ships them. A character with several readings
counts under the initial of each.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["NameIndex", "initials", "matches"]

_BIT = {letter: 1 << i for i, letter in enumerate("abcdefghijklmnopqrstuvwxyz0123456789")}
_ASCII = {chr(code): chr(code).lower() for code in range(33, 127)}


@cache
def _readings(letter: str) -> str:
    """The initials that a character may have; itself in lower case where it is no Chinese."""
    if letter in _ASCII:
        return _ASCII[letter]
    if not "\u3400" <= letter <= "\u9fff" and letter < "\U00020000":
        return letter.lower()
    return "".join(dict.fromkeys(each[0] for each in _read(letter) if each))


def _read(letter: str) -> list[str]:
    """The first letters of a Chinese character's readings."""
    # Asked for single characters only, the library need not load its 47,000 phrases (45 MB).
    for option in ("PYPINYIN_NO_PHRASES", "PYPINYIN_NO_DICT_COPY"):
        os.environ.setdefault(option, "true")
    from pypinyin import Style, pinyin

    (found,) = pinyin(letter, style=Style.FIRST_LETTER, heteronym=True)
    return found


def initials(name: str) -> tuple[str, ...]:
    """For each character of a name, dots and blanks left out, the initials it may have."""
    return tuple(_readings(letter) for letter in name if letter.isalnum())


def matches(wanted: str, held: tuple[str, ...]) -> bool:
    """Whether letters stand, one a character, somewhere in the initials of a name."""
    last = len(held) - len(wanted)
    return any(
        all(letter in held[at + i] for i, letter in enumerate(wanted)) for at in range(last + 1)
    )


class NameIndex:
    """Many names at once: which of them hold some initials.

    Each character is a set of initials, written as bits; names stand one after the other with
    an empty set between, so that no run of letters reaches over from one to the next.

    Parameters
    ----------
    names : sequence of what :func:`initials` gives
    """

    def __init__(self, names: Sequence[tuple[str, ...]]) -> None:
        bits: list[int] = []
        of: list[int] = []
        for number, name in enumerate(names):
            bits += [sum(_BIT.get(letter, 0) for letter in set(one)) for one in name]
            bits.append(0)
            of += [number] * (len(name) + 1)
        self._bits, self._of = np.array(bits, np.int64), np.array(of, np.int64)

    def holding(self, wanted: str) -> NDArray[np.int64]:
        """Numbers of the names that :func:`matches` would find; Latin letters and digits only."""
        last = len(self._bits) - len(wanted) + 1
        if not wanted or last <= 0 or any(letter not in _BIT for letter in wanted):
            return np.array([], np.int64)
        found = np.ones(last, np.bool_)
        for i, letter in enumerate(wanted):
            found &= (self._bits[i : last + i] & _BIT[letter]) != 0
        return np.unique(self._of[:last][found])
