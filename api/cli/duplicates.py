"""``duplicates``: entries that are likely one enterprise, merged where approved, and undone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import counter, print_json, say_line, table, tell
from api.cli.options import AsJson, Lang
from api.errors import UsageError
from features.language import current_language, say, text

if TYPE_CHECKING:
    from api.usecases.duplicates import DuplicatesReport, MergeReport


def duplicates(
    merge: Annotated[
        Path | None, typer.Option("--merge", metavar="FILE", help="cli.duplicates.merge")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="cli.duplicates.undo")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.duplicates.dry_run")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="cli.duplicates.out")
    ] = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, help="cli.duplicates.top")] = 20,
    at_least: Annotated[
        float, typer.Option("--at-least", metavar="P", help="cli.duplicates.at_least")
    ] = 0.5,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Find, merge, undo."""
    from api.store import Store
    from api.usecases import duplicates as usecase

    if merge is not None and undo:
        raise UsageError("cli.duplicates.one_thing")
    if dry_run and merge is None:
        raise UsageError("cli.duplicates.dry_run_of_what")
    store = Store.open()
    if merge is not None or undo:
        if out is not None:
            raise UsageError("cli.duplicates.no_file")
        done = usecase.undo(store) if merge is None else _merged(store, merge, dry_run, as_json)
        print_json(done.as_dict()) if as_json else _show_merge(done)
        return
    report = usecase.find(store, at_least=at_least, progress=counter("cli.duplicates.comparing"))
    if out is not None:
        usecase.write(report, out)
    if as_json:
        print_json(report.as_dict())
    else:
        _show(report, top, out)


def _merged(store: object, file: Path, dry_run: bool, as_json: bool) -> MergeReport:
    from api.cli.files import refused
    from api.usecases import duplicates as usecase
    from features.findings import FindingsError

    try:
        return usecase.merge(store, file, dry_run=dry_run)  # type: ignore[arg-type]
    except FindingsError as error:
        refused(error, "cli.duplicates.refused", as_json=as_json)
        raise typer.Exit(2) from None


def _show(report: DuplicatesReport, top: int, out: Path | None) -> None:
    from api.cli.wrapping import wrapped
    from api.reports.duplicates_file import evidence_said

    lang = current_language()
    names = dict(zip(report.enterprises["id"], report.enterprises["name"], strict=True))
    pairs = report.found.pairs
    if report.made_up:
        tell(text("report.mark"))
    if not pairs:
        say_line("cli.duplicates.none", rows=len(report.enterprises))
    else:
        headings = [say(f"duplicates.column.{name}") for name in ("score", "pair", "evidence")]
        rows = [
            [
                f"{pair.score:.2f}",
                wrapped(f"{names[pair.a]} ({pair.a})", 38)
                + "\n"
                + wrapped(f"{names[pair.b]} ({pair.b})", 38),
                wrapped(evidence_said(pair, lang), 46),
            ]
            for pair in pairs[:top]
        ]
        table(headings, rows)
        say_line("cli.duplicates.found", pairs=len(pairs), rows=len(report.enterprises),
                 shown=min(top, len(pairs)))  # fmt: skip
    if report.found.left_out:
        tell(text("cli.duplicates.left_out", count=report.found.left_out))
    if out is not None:
        say_line("cli.duplicates.wrote", file=out)
    elif pairs:
        say_line("cli.duplicates.next")


def _show_merge(report: MergeReport) -> None:
    from api.usecases.duplicates import contradiction_said
    from features.schema import TABLES

    done = report.merge
    code = "undone" if report.undone else "would_merge" if report.dry_run else "merged"
    lang = current_language()
    counted = say("report.separator").join(
        say("cli.duplicates.rows_of", table=TABLES[name].label, count=count)
        for name, count in done.rows.items()
    )
    say_line(f"cli.duplicates.{code}", number=done.number, count=len(done.merged), rows=counted)
    if done.contradictions:
        tell(text("cli.duplicates.contradictions", count=len(done.contradictions)))
        headings = [say(f"cli.duplicates.{name}") for name in ("key", "column", "kept", "other")]
        rows = [
            [c.key, contradiction_said(c.table, c.column)[lang], c.kept, c.other]
            for c in done.contradictions
        ]
        table(headings, rows, file=sys.stderr)
