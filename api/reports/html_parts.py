"""Pieces of a page in two languages, of which it shows one: sentences, cells, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from features.language import LANGUAGES, Text, text

#: A cell: a name or figure that reads the same in both languages, or a text in both.
Cell = str | Text


def both(said: Cell) -> str:
    """A text in both languages; what reads the same in both once."""
    if isinstance(said, str):
        return escape(said)
    if said["zh"] == said["en"]:
        return escape(said["zh"])
    return "".join(f'<span lang="{lang}">{escape(said[lang])}</span>' for lang in LANGUAGES)


def say_both(code: str, /, **values: object) -> str:
    """A sentence of the catalogue in both languages."""
    return both(text(code, **values))


def table(
    caption: Cell,
    headings: Sequence[Cell],
    rows: Iterable[Sequence[Cell]],
    *,
    figures: Iterable[int] = (),
    first: bool = False,
) -> str:
    """A table whose first column heads its rows.

    Parameters
    ----------
    figures : iterable of int
        Columns of figures, set flush right.
    first : bool
        Whether the first row stands out.
    """
    right = frozenset(figures)

    def cell(tag: str, at: int, said: Cell, scope: str = "") -> str:
        kind = ' class="n"' if at in right else ""
        return f"<{tag}{scope}{kind}>{both(said)}</{tag}>"

    head = "".join(cell("th", i, said, ' scope="col"') for i, said in enumerate(headings))
    lines = []
    for number, row in enumerate(rows):
        own = ' class="own"' if first and number == 0 else ""
        cells = cell("th", 0, row[0], ' scope="row"')
        cells += "".join(cell("td", i, said) for i, said in enumerate(row[1:], start=1))
        lines.append(f"<tr{own}>{cells}</tr>")
    return (
        f'<div class="wide"><table><caption>{both(caption)}</caption><thead><tr>{head}</tr>'
        f"</thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def bullets(items: Iterable[Cell]) -> str:
    """A list of sentences."""
    return "<ul>" + "".join(f"<li>{both(item)}</li>" for item in items) + "</ul>"
