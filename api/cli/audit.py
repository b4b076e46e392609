"""``audit``: who changed what and when."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from api.cli.console import print_json, say_line, table, tell
from api.cli.options import AsJson, Lang, choice, day
from features.language import say, text


def audit(
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="cli.audit.by")] = None,
    action: Annotated[
        str | None, typer.Option("--action", metavar="A", help="cli.audit.action")
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="S", help="cli.audit.subject")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="cli.audit.since")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="cli.audit.until")
    ] = None,
    top: Annotated[int, typer.Option("--top", help="cli.audit.top", min=1, max=10000)] = 50,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what was noted, the latest first."""
    from api.store import Store
    from api.store.audit import ACTIONS
    from api.usecases import auditing

    known = {name: text(f"pages.audit.action_{name}") for name in ACTIONS}
    found = auditing.page(
        Store.open(), by=by, action=choice(action, "--action", known), subject=subject,
        since=day(since, "--since"), until=day(until, "--until"), limit=top,
    )  # fmt: skip
    if as_json:
        print_json({"rows": found["rows"], "more": found["next"] is not None})
        return
    if not found["rows"]:
        say_line("cli.audit.none")
        return
    headings = [say(f"cli.audit.heading.{h}") for h in ("at", "by", "action", "subject", "detail")]
    table(headings, [
        (row["at"], row["by"], row["action"], row["subject"],
         json.dumps(row["detail"], ensure_ascii=False) if row["detail"] else "")
        for row in found["rows"]
    ])  # fmt: skip
    if found["next"] is not None:
        tell(text("cli.audit.more", top=top))
