"""``backup`` and ``restore``: a copy of a live store and its models, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import counter, print_json, say_line, tell
from api.cli.options import AsJson, Lang

_MEGABYTE = 1 << 20


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.backup.file")],
    replace: Annotated[bool, typer.Option("--replace", help="cli.backup.replace")] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Copy the store and its models to a file."""
    from api.usecases import backing_up

    made = backing_up.run(file, replace=replace, told=counter("backup.copied"))
    for warning in made.warnings:
        tell(warning)
    if as_json:
        print_json(made.as_dict())
        return
    size = f"{made.bytes / _MEGABYTE:.1f}"
    say_line("cli.backup.done", file=made.file, rows=made.rows, models=made.models, size=size)
    say_line("cli.backup.secret")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.restore.file")],
    replace: Annotated[bool, typer.Option("--replace", help="cli.restore.replace")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.restore.dry_run")] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Make the store and the models what a backup says."""
    from api.usecases import restoring

    found = restoring.run(file, replace=replace, dry_run=dry_run, told=counter("backup.restored"))
    if as_json:
        print_json({**found.as_dict(), "dry_run": dry_run})
        return
    said = {
        "file": found.file, "rows": found.rows, "models": found.models, "made_at": found.made_at,
        "place": found.place,
    }  # fmt: skip
    if dry_run:
        say_line("cli.restore.whole", **said)
        return
    say_line("cli.restore.done", **said)
    if found.before != found.after:
        say_line("cli.restore.migrated", before=found.before, after=found.after)
    if found.open_jobs:
        say_line("cli.restore.open_jobs", count=found.open_jobs)
    say_line("cli.restore.next")
