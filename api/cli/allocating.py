"""``allocate``: who is to go where, under all capacities at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.console import language, print_json, step
from api.cli.options import AsJson, AsOf, Lang, Out, Pairing, day
from api.cli.sheets import FormatOption, give, sheet_format
from api.errors import UsageError


def allocate(
    scores: Annotated[
        Path | None, typer.Option("--scores", metavar="FILE", help="cli.allocate.scores")
    ] = None,
    resources: Annotated[
        Path | None, typer.Option("--resources", metavar="FILE", help="cli.allocate.resources")
    ] = None,
    enterprises: Annotated[
        Path | None, typer.Option("--enterprises", metavar="FILE", help="cli.allocate.enterprises")
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", metavar="SECONDS", help="cli.allocate.time_limit", min=0),
    ] = 60.0,
    value: Annotated[
        Literal["investment", "projects", "jobs", "score"] | None,
        typer.Option("--value", help="cli.allocate.value"),
    ] = None,
    pairing: Pairing = None,
    as_of: AsOf = None,
    format_: FormatOption = None,
    out: Out = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Find the best joint allocation."""
    from api import settings
    from api.reports import allocation_report
    from api.store.log import account
    from api.usecases import allocate as usecase

    form = sheet_format(format_, None if as_json else out)
    progress = step("cli.allocate.step")
    if scores is not None:
        _refuse(
            "not_with_scores",
            {"--value": value, "--pairing": pairing, "--as-of": as_of},
        )
        report = usecase.run_scores(
            scores, resources=resources, enterprises=enterprises, time_limit=time_limit,
            progress=progress,
        )  # fmt: skip
    else:
        _refuse("needs_scores", {"--resources": resources, "--enterprises": enterprises})
        from api.store import Store

        report = usecase.run(
            Store.open(), value=value or "investment", as_of=day(as_of), pairing=pairing,
            time_limit=time_limit, progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(report.as_dict())
        return
    said = language(lang)
    shown = allocation_report.document(
        report, said, generated_at=settings.stamp(), made_by=account(), all_rows=form != "table"
    )
    give(shown, form, out, said)


def _refuse(code: str, given: dict[str, object]) -> None:
    """Refuse options that would be passed over."""
    for option, value in given.items():
        if value is not None:
            raise UsageError(f"cli.allocate.{code}", option=option)
