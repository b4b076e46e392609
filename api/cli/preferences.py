"""``match --preferences``: lists from a user's own table of wishes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from api.cli.console import print_json, say_line, tell


def lists_from(
    side: Literal["enterprises", "resources"], preferences: Path, *, on: bool, slow: bool,
    top: int, out: Path, as_json: bool,
) -> None:  # fmt: skip
    """Write the lists and tell what they come to."""
    from api.usecases import preferences as usecase

    report = usecase.run(side, preferences, on=on, slow=slow, top=top, out=out)
    if as_json:
        print_json(report.as_dict())
        return
    say_line("cli.match.wrote_all", file=out)
    say_crowding({"lists": report.kind, **report.found})


def say_crowding(found: Mapping[str, Any]) -> None:
    """Tell which lists went out, and what each kind comes to."""
    from api.reports.crowding_words import crowding_said

    for said in crowding_said(found):
        tell(said)
