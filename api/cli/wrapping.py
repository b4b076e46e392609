"""Breaking lines of mixed Chinese and English where a reader expects it.

Chinese has no blanks: a library that breaks at blanks leaves half a line empty before a long
Chinese word. Here a line may end after any Chinese character, but no line begins with a closing
mark; English words and figures stay whole where they fit.
"""

from __future__ import annotations

import re

from rich.cells import cell_len

_TOKEN = re.compile(r"\s+|[!-~]+|.", re.DOTALL)
_NEVER_FIRST = "，。；：！？、）”’》】…"


def wrapped(text: str, width: int) -> str:
    """The text in lines of at most ``width`` cells (a Chinese character takes two)."""
    return "\n".join(line for part in text.split("\n") for line in _lines(part, width))


def _lines(text: str, width: int) -> list[str]:
    lines, line = [], ""
    for token in _pieces(text, width):
        if line and cell_len(line) + cell_len(token.rstrip()) > width:
            lines.append(line.rstrip())
            line = "" if token.isspace() else token
        else:
            line += token
    return [*lines, line.rstrip()]


def _pieces(text: str, width: int) -> list[str]:
    """What must not be broken: a word, or a character with the closing marks that follow it."""
    pieces: list[str] = []
    for token in _TOKEN.findall(text):
        if pieces and token in _NEVER_FIRST and not pieces[-1].isspace():
            pieces[-1] += token
        elif len(token) > width:
            pieces += [token[i : i + width] for i in range(0, len(token), width)]
        else:
            pieces.append(token)
    return pieces
