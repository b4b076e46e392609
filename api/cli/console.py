"""Where output goes: results to stdout, everything else to stderr; at most 100 columns."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from io import StringIO
from typing import TextIO

from features.language import Language, Text, catalogue, current_language, text

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


def say_line(code: str, /, **values: object) -> None:
    """One sentence of the catalogue on stdout."""
    print(text(code, **values)[current_language()])


def tell(message: Text | str) -> None:
    """One sentence on stderr; on a terminal in lines of 100 columns.

    Into a file or a pipe it stays one line, as programs look for it there.
    """
    said = message if isinstance(message, str) else message[current_language()]
    if sys.stderr.isatty():
        from api.cli.wrapping import wrapped

        said = wrapped(said, WIDTH)
    print(said, file=sys.stderr)


def counter(code: str) -> Callable[[int, int], None]:
    """What tells how far the work is (done, of how many), on one line of a terminal's stderr.

    Where stderr is a file or a pipe nothing is told: there it would be noise.
    """

    def told(done: int, total: int) -> None:
        if sys.stderr.isatty() and total:
            end = "\n" if done >= total else ""
            sentence = text(code, done=done, total=total)[current_language()]
            print(f"\r{sentence}", end=end, file=sys.stderr, flush=True)

    return told


def step(code: str) -> Callable[[str], None]:
    """What tells which step the work is at, on a terminal's stderr; see :func:`counter`.

    A step may say how much of it is done (``plans 2/8``).
    """

    def told(name: str) -> None:
        if sys.stderr.isatty():
            word, _, part = name.partition(" ")
            known = f"{code}.{word}_part" if part else f"{code}.{word}"
            tell(text(known if known in catalogue() else f"{code}.other", name=name, part=part))

    return told


def print_json(document: object) -> None:
    """The one JSON document of a command, on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    right: Sequence[int] = (),
    file: TextIO | None = None,
) -> None:
    """A table for people.

    Parameters
    ----------
    right : sequence of int
        Columns of figures, set flush right.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Line

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, heading in enumerate(headings):
        drawn.add_column(heading, justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Line("" if cell is None else str(cell)) for cell in row))
    page = StringIO()
    Console(file=page, width=WIDTH, color_system=None, legacy_windows=False).print(drawn)
    lines = (line.rstrip() for line in page.getvalue().splitlines())
    print("\n".join(line for line in lines if line), file=file or sys.stdout)


def language(lang: Language | None) -> Language:
    """The language asked for, else that of the process."""
    return lang or current_language()
