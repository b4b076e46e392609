"""``import``, ``template``, ``export``: files in and out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.console import print_json, say_line, table, tell
from api.cli.options import AsJson, Lang, OutNeeded
from api.errors import UsageError
from features.findings import Finding, FindingsError
from features.language import current_language, say

if TYPE_CHECKING:
    from api.store import Store
    from api.usecases.importing import ImportReport


def import_(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="cli.import.paths", show_default=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.import.dry_run")] = False,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.json", help="cli.import.map")
    ] = None,
    propose: Annotated[bool, typer.Option("--propose-map", help="cli.import.propose")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="MAP.json", help="cli.import.out")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="cli.import.force")] = False,
    annotate: Annotated[
        Path | None, typer.Option("--annotate", metavar="OUT.xlsx", help="cli.import.annotate")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Import files or folders as one all-or-nothing batch."""
    from api.store import Store
    from api.usecases import importing

    try:
        if propose:
            for option, given in (("--map", map_file), ("--annotate", annotate)):
                if given is not None:
                    raise UsageError("usecase.propose_alone", option=option)
            _propose(Store.open(), paths, out, force=force, as_json=as_json)
            return
        if out is not None:
            raise UsageError("usecase.out_needs_propose")
        report = importing.run(
            Store.open(), paths, map_file=map_file, annotate=annotate, dry_run=dry_run
        )
    except FindingsError as error:
        refused(error, "cli.import.refused", as_json=as_json)
        if annotate is not None and annotate.exists() and not as_json:
            tell(say("cli.import.annotated", file=annotate))
        raise typer.Exit(2) from None
    if as_json:
        print_json(report.as_dict())
    else:
        _show(report)


def _propose(
    store: Store, paths: list[Path], out: Path | None, *, force: bool, as_json: bool
) -> None:
    from api.cli.wrapping import wrapped
    from api.usecases import proposing
    from features.schema import TABLES

    report = proposing.run(store, paths, out, force=force)
    if as_json:
        print_json(report.as_dict())
        return
    lang = current_language()
    rows = [
        [
            wrapped(c["sheet"] or "", 14),
            TABLES[c["table"]].label[lang],
            c["column"],
            wrapped(c["evidence"][lang] if not c["from"] else f"{c['from']} {c['heading']}", 38),
            f"{c['certainty']:.0%}",
        ]
        for c in report.columns
    ]
    headings = ("sheet", "table", "column", "source", "certainty")
    table([say(f"cli.proposal.{h}") for h in headings], rows, right=(4,))
    if report.uncertain:
        doubts = [[wrapped(u["at"], 34), wrapped(u["message"][lang], 58)] for u in report.uncertain]
        table([say("cli.proposal.place"), say("cli.proposal.what")], doubts)
    for left in report.unread:
        told = say("cli.proposal.unread", sheet=left["sheet"], columns=left["columns"])
        print(wrapped(told, 100))
    code = "cli.proposal.doubts" if report.uncertain else "cli.proposal.done"
    said = say(code, file=out, workbook=report.workbook, count=len(report.uncertain))
    print(wrapped(said, 100))


def refused(error: FindingsError, code: str, *, as_json: bool) -> None:
    """Tell why an input was refused: one JSON document, or a table and a last sentence."""
    if as_json:
        findings = [finding.as_dict() for finding in error.findings]
        print_json({"ok": False, "counts": {}, "findings": findings, "total": error.total})
    else:
        show_findings(error.findings, error.total)
        tell(say(code, total=error.total))


def _show(report: ImportReport) -> None:
    if report.findings:
        show_findings(report.findings, len(report.findings))
    if report.ignored:
        tell(say("cli.import.ignored", files=", ".join(report.ignored)))
    from features.schema import TABLES

    headings = [say(f"cli.import.{heading}") for heading in ("table", "added", "changed", "same")]
    rows = [
        [
            TABLES[name].label[current_language()],
            counts["added"],
            counts["changed"],
            counts["same"],
        ]
        for name, counts in report.counts.items()
    ]
    table(headings, rows, right=(1, 2, 3))
    say_line("cli.import.checked" if report.dry_run else "cli.import.stored")


def show_findings(findings: Sequence[Finding], total: int) -> None:
    """What is wrong with an input, on stderr: where, what stands there, what to do."""
    from api.cli.wrapping import wrapped

    headings = [say(f"cli.finding.{name}") for name in ("place", "row", "column", "message")]
    lang = current_language()
    rows = [
        [
            wrapped(_place(f), 22),
            f.row,
            wrapped(f.heading[lang] if f.heading else f.column or "", 16),
            wrapped(f.message[lang], 46),
        ]
        for f in findings
    ]
    table(headings, rows, right=(1,), file=sys.stderr)
    if total > len(findings):
        tell(say("cli.finding.more", shown=len(findings), total=total))


def _place(finding: Finding) -> str:
    name = Path(finding.file).name or finding.file
    return name if finding.sheet is None else f"{name} [{finding.sheet}]"


def template(
    name: Annotated[str, typer.Argument(metavar="TABLE", help="cli.template.table")],
    out: OutNeeded,
    force: Annotated[bool, typer.Option("--force", help="cli.template.force")] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write an empty workbook to fill in."""
    from api.usecases import template as usecase

    table_name = usecase.run(name, out, force=force)
    if as_json:
        print_json({"table": table_name, "file": str(out)})
    else:
        say_line("cli.template.done", file=out)


def export(
    name: Annotated[str, typer.Argument(metavar="TABLE", help="cli.export.table")],
    out: OutNeeded,
    format_: Annotated[
        Literal["csv", "xlsx"] | None, typer.Option("--format", help="cli.export.format")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write a table that import reads back unchanged."""
    from api.store import Store
    from api.usecases import exporting

    report = exporting.run(Store.open(), name, out, format_)
    if as_json:
        print_json(report.as_dict())
    else:
        say_line("cli.export.done", rows=report.rows, file=report.file)
