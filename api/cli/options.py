"""Options that several commands take, said once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.errors import UsageError
from features.language import Text, catalogue

AsJson = Annotated[bool, typer.Option("--json", help="cli.option.json")]
Lang = Annotated[
    Literal["zh", "en"] | None, typer.Option("--lang", help="cli.option.lang", show_default=False)
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.option.as_of")]
Pairing = Annotated[
    str | None, typer.Option("--pairing", metavar="NAME", help="cli.option.pairing")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.option.out")]
OutNeeded = Annotated[Path, typer.Option("--out", metavar="FILE", help="cli.option.out")]


def day(written: str | None, option: str = "--as-of") -> date | None:
    """The date typed after an option, in any of the forms an import takes.

    Raises
    ------
    UsageError
        If it is not a date.
    """
    if written is None:
        return None
    from features.dates import NotADate, written_date

    try:
        return written_date(written)[0]
    except NotADate as problem:
        code = f"cli.usage.{problem.code}"
        known = code if code in catalogue() else "cli.usage.date"
        raise UsageError(known, option=option, value=written) from None


def choice(written: str | None, option: str, known: Mapping[str, Text]) -> str | None:
    """The choice that is meant by its name or its label in either language.

    Parameters
    ----------
    known : mapping of each choice to its label

    Raises
    ------
    UsageError
        If it is none of them.
    """
    if written is None:
        return None
    wanted = written.strip().lower()
    for name, label in known.items():
        if wanted in (name, label["zh"], label["en"].lower()):
            return name
    short = [name for name, label in known.items() if wanted and label["zh"].endswith(wanted)]
    short += [name for name, label in known.items() if wanted and label["zh"].startswith(wanted)]
    if len(set(short)) == 1:
        return short[0]
    listed = {
        "zh": "、".join(f"{label['zh']}（{name}）" for name, label in known.items()),
        "en": ", ".join(known),
    }
    raise UsageError("cli.usage.choice", option=option, value=written, choices=listed)
