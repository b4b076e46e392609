"""``completeness``: which missing or old cells cost most, and what to fill in first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import counter, language, print_json, say_line, table, tell
from api.cli.options import AsJson, AsOf, Lang, day
from api.errors import UsageError
from features.language import Language, say, text

if TYPE_CHECKING:
    from api.usecases.completeness import CompletenessReport

_SHOWN = 12


def completeness(
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="cli.completeness.region")
    ] = None,
    stale_days: Annotated[
        int, typer.Option("--stale-days", metavar="DAYS", min=1, help="cli.completeness.stale")
    ] = 365,
    top: Annotated[
        int, typer.Option("--top", metavar="N", min=1, help="cli.completeness.top")
    ] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="cli.completeness.out")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Say what is missing."""
    from api.store import Store
    from api.usecases import completeness as usecase

    if out is not None and out.suffix.lower() != ".xlsx":
        raise UsageError("cli.completeness.ending", file=out)
    report = usecase.run(
        Store.open(), region=region, stale_days=stale_days, as_of=day(as_of),
        reading=counter("cli.match.reading_texts"), progress=counter("cli.completeness.trying"),
    )  # fmt: skip
    spoken = language(lang)
    if out is not None:
        from api.reports import completeness_xlsx
        from api.store.log import account
        from api.usecases.output import write_bytes

        write_bytes(out, completeness_xlsx.render(report, spoken, made_by=account()))
    if as_json:
        print_json(report.as_dict())
        return
    _show(report, top, spoken)
    if out is not None:
        say_line("cli.completeness.wrote", file=out)


def _show(report: CompletenessReport, top: int, lang: Language) -> None:
    from api.cli.wrapping import wrapped
    from features.schema import TABLES

    if report.made_up:
        tell(text("report.mark"))
    if not report.rows:
        say_line("cli.completeness.none")
        return
    regions = report.regions
    rows = [
        [
            regions.name(each.key, lang=lang) if each.key in regions else say("report.dash", lang),
            gain_said(each.gain, 1), each.missing, each.stale, each.rows,
            wrapped(_columns(each.first, lang), 42),
        ]
        for each in report.counties[:_SHOWN]
    ]  # fmt: skip
    table(_headings("county", "gain", "missing", "stale_cells", "rows", "first"), rows,
          right=(1, 2, 3, 4))  # fmt: skip
    rows = [
        [
            wrapped(f"{row.name} ({row.id})", 40),
            gain_said(row.gain, 2),
            wrapped(_columns(tuple((row.table, c.column) for c in row.cells[:4]), lang), 40),
        ]
        for row in report.rows[:top]
    ]
    table(_headings("row", "gain", "cells"), rows, right=(1,))
    dear = [each for each in report.columns if each.gain > 0][:3]
    told = [
        say("cli.completeness.column", lang, column=_columns(each.first[:1], lang),
            count=each.missing + each.stale, gain=gain_said(each.gain, 0))
        for each in dear
    ]  # fmt: skip
    if told:
        joined = say("report.separator", lang).join(told)
        print(wrapped(say("cli.completeness.advice", lang, columns=joined), 98))
    print(wrapped(say("completeness.meaning", lang, days=report.stale_days), 98))
    if report.untold:
        said = say("cli.completeness.untold", lang, columns=_columns(tuple(report.untold), lang))
        tell(wrapped(said, 98))
    for name, count in report.undated.items():
        if count:
            undated = text("cli.completeness.undated", table=TABLES[name].label, count=count)
            tell(wrapped(undated[lang], 98))


def gain_said(gain: float, digits: int) -> str:
    """A gain as it is shown; one too small for the digits is not nothing."""
    said = f"{gain:.{digits}f}"
    return f"<{10.0**-digits:.{digits}f}" if gain > 0 and float(said) == 0 else said


def _headings(*names: str) -> list[str]:
    return [say(f"cli.completeness.{name}") for name in names]


def _columns(named: tuple[tuple[str, str], ...], lang: Language) -> str:
    """Columns by their labels, each with its table's."""
    from features.schema import TABLES

    said = []
    for name, column in named:
        spec = TABLES[name]
        label = spec.column(column).label[lang] if column in spec.names else column
        said.append(say("cli.completeness.of", lang, table=spec.label, column=label))
    return say("report.separator", lang).join(said)
