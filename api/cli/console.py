"""Where output goes: results to stdout, everything else to stderr; at most 100 columns."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from features.language import Language, Text, current_language, text

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100


def prepare_streams() -> None:
    """Make stdout and stderr take any character.

    Into a file or a pipe goes UTF-8 whatever the locale, so that the same command writes the same
    bytes everywhere; a terminal keeps its own encoding.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if stream.isatty():
                reconfigure(errors="replace")
            else:
                reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def console(file: TextIO | None = None) -> Console:
    """A rich console on ``file`` (default stdout), no wider than 100 columns."""
    from rich.console import Console

    stream = file or sys.stdout
    drawn = Console(file=stream, highlight=False)
    width = min(drawn.width, WIDTH) if stream.isatty() else WIDTH
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def say_line(code: str, /, **values: object) -> None:
    """One sentence of the catalogue on stdout."""
    print(text(code, **values)[current_language()])


def tell(message: Text | str) -> None:
    """One sentence on stderr."""
    print(message if isinstance(message, str) else message[current_language()], file=sys.stderr)


def progress(code: str, /, **values: object) -> None:
    """How far the work is: one sentence of the catalogue on stderr."""
    tell(text(code, **values))


def print_json(document: object) -> None:
    """The one JSON document of a command, on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    right: Sequence[int] = (),
    file: TextIO | None = None,
    title: str | None = None,
) -> None:
    """A table for people.

    Parameters
    ----------
    right : sequence of int
        Columns of figures, set flush right.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text as Line

    drawn = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for i, heading in enumerate(headings):
        drawn.add_column(heading, justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Line("" if cell is None else str(cell)) for cell in row))
    console(file).print(drawn)


def language(lang: Language | None) -> Language:
    """The language asked for, else that of the process."""
    return lang or current_language()
