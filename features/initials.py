"""Chinese names by the initials of their pinyin: ``jyxf`` finds 缙云县缝纫.

Readings come from the library pypinyin (MIT), which ships them. A character with several readings
counts under the initial of each.
"""

from __future__ import annotations

from functools import cache

__all__ = ["initials", "matches"]

_ASCII = {chr(code): chr(code).lower() for code in range(33, 127)}


@cache
def _readings(letter: str) -> str:
    """The initials that a character may have; itself in lower case where it is no Chinese."""
    from pypinyin import Style, pinyin

    if letter in _ASCII:
        return _ASCII[letter]
    if not "\u3400" <= letter <= "\u9fff" and letter < "\U00020000":
        return letter.lower()
    (found,) = pinyin(letter, style=Style.FIRST_LETTER, heteronym=True)
    return "".join(dict.fromkeys(each[0] for each in found if each))


def initials(name: str) -> tuple[str, ...]:
    """For each character of a name, dots and blanks left out, the initials it may have."""
    return tuple(_readings(letter) for letter in name if letter.isalnum())


def matches(wanted: str, held: tuple[str, ...]) -> bool:
    """Whether letters stand, one a character, somewhere in the initials of a name."""
    last = len(held) - len(wanted)
    return any(
        all(letter in held[at + i] for i, letter in enumerate(wanted)) for at in range(last + 1)
    )
