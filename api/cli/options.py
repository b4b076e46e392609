"""Options that several commands take, said once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.errors import UsageError

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
    except NotADate:
        raise UsageError("cli.usage.date", option=option, value=written) from None
