"""``init``, ``record``, ``interest``, ``delete``: the store and its single rows."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.console import print_json, say_line, tell
from api.cli.options import AsJson, Lang, day
from features.language import text


def init(as_json: AsJson = False, lang: Lang = None) -> None:
    """Create or migrate the store."""
    from api.usecases import init as usecase

    report = usecase.run()
    if as_json:
        print_json(report.as_dict())
    elif report.before is None:
        say_line("cli.init.made", place=report.place)
    elif report.before == report.after:
        say_line("cli.init.nothing_to_do", place=report.place)
    else:
        say_line("cli.init.migrated", place=report.place, before=report.before, after=report.after)


def record(
    enterprise: Annotated[str, typer.Argument(help="cli.record.enterprise")],
    resource: Annotated[str, typer.Argument(help="cli.record.resource")],
    stage: Annotated[str, typer.Argument(help="cli.record.stage")],
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="cli.record.date")
    ] = None,
    amount_wan: Annotated[
        float | None, typer.Option("--amount-wan", metavar="X", help="cli.record.amount", min=0)
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Store one outcome."""
    from api.store import Store
    from api.usecases import recording

    stored = recording.run(
        Store.open(), enterprise, resource, stage, on=day(date, "--date"), amount_wan=amount_wan
    )
    if as_json:
        print_json(stored.as_dict())
        return
    from features.schema import choice_label

    say_line(
        "cli.record.done",
        enterprise=stored.enterprise_id,
        resource=stored.resource_id,
        date=stored.date,
        stage=choice_label("outcomes", "stage", stored.stage),
        how=text(f"cli.how.{stored.how}"),
    )
    for warning in stored.warnings:
        tell(warning)


def interest(
    side: Annotated[str, typer.Argument(help="cli.interest.side")],
    who: Annotated[str, typer.Argument(metavar="ID", help="cli.interest.id")],
    target: Annotated[str, typer.Argument(help="cli.interest.target")],
    level: Annotated[str, typer.Argument(help="cli.interest.level")],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="cli.interest.reason")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="cli.interest.until")
    ] = None,
    event: Annotated[
        str | None, typer.Option("--event", metavar="ID", help="cli.interest.event")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Store one wish or refusal."""
    from api.store import Store
    from api.usecases import declaring

    stored = declaring.run(
        Store.open(), side, who, target, level,
        reason=reason, until=day(until, "--until"), event=event,
    )  # fmt: skip
    if as_json:
        print_json(stored.as_dict())
        return
    from features.schema import choice_label

    say_line(
        "cli.interest.done",
        how=text(f"cli.how.{stored.how}"),
        who=stored.who,
        whom=stored.whom,
        level=choice_label("interests", "level", str(stored.row["level"])),
    )
    say_line("cli.interest.undo", key=" ".join(stored.key))
    for warning in stored.warnings:
        tell(warning)


def delete(
    table: Annotated[str, typer.Argument(help="cli.delete.table")],
    key: Annotated[list[str], typer.Argument(help="cli.delete.key")],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Delete one row."""
    from api.store import Store
    from api.usecases import deleting
    from api.usecases.naming import table_called
    from features.schema import TABLES

    table = table_called(table)
    gone = deleting.run(Store.open(), table, key)
    if as_json:
        print_json({"deleted": {"table": table, "key": gone}})
    else:
        say_line("cli.delete.done", table=TABLES[table].label, key=gone)
