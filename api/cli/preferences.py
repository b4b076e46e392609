"""``match --preferences``: lists from a user's own table of wishes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from api.cli.console import print_json, say_line
from features.language import text


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
    others = [kind for kind in report.found if kind != report.kind]
    for kind in (report.kind, *others):
        came = report.found[kind]
        say_line(
            "congestion.outcome" if kind == report.kind else "congestion.compared",
            kind=text(f"congestion.kind.{kind}"),
            matches=f"{came['expected_matches']:,.1f}",
            share=f"{came['top_5_percent_attention']:.1%}",
        )
