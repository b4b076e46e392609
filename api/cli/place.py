"""``place``: where newcomers should go now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from api.cli.console import counter, language, print_json, say_line
from api.cli.options import AsJson, AsOf, Lang, Out, Pairing, day
from api.cli.sheets import give, sheet_format
from api.errors import UsageError

if TYPE_CHECKING:
    from matcher.placement_report import PlacementReport

Format = Literal["table", "json", "csv", "xlsx"]
_Given = Path | None


def place(
    arrivals: Annotated[
        Path, typer.Option("--arrivals", metavar="FILE", help="cli.place.arrivals")
    ],
    scores: Annotated[
        _Given, typer.Option("--scores", metavar="FILE", help="cli.place.scores")
    ] = None,
    resources: Annotated[
        _Given, typer.Option("--resources", metavar="FILE", help="cli.place.resources")
    ] = None,
    past: Annotated[_Given, typer.Option("--past", metavar="FILE", help="cli.place.past")] = None,
    as_of: AsOf = None,
    pairing: Pairing = None,
    format_: Annotated[Format | None, typer.Option("--format", help="cli.place.format")] = None,
    out: Out = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Place the enterprises of each week with what later ones will need in mind."""
    form = _format(format_, out, as_json)
    given = {"--scores": scores, "--resources": resources, "--past": past}
    missing = [name for name, file in given.items() if file is None]
    if scores is not None and resources is not None and past is not None:
        if as_of is not None or pairing is not None:
            raise UsageError("cli.place.not_for_scores")
        from api.usecases import placing

        found = placing.run(scores, resources, arrivals, past, progress=counter("cli.place.week"))
    elif len(missing) < len(given):
        raise UsageError("cli.place.needs_all", missing=", ".join(missing))
    else:
        from api.store import Store
        from api.usecases import placing_store

        found = placing_store.run(
            Store.open(), arrivals, as_of=day(as_of), pairing=pairing,
            progress=counter("cli.place.week"),
        )  # fmt: skip
    _give(found, form, out, lang)


def _format(wanted: Format | None, out: Path | None, as_json: bool) -> Format:
    """JSON where it is asked for in any way, else as all tables."""
    json = as_json or wanted == "json" or (out is not None and out.suffix.lower() == ".json")
    return "json" if json else cast(Format, sheet_format(cast(Any, wanted), out))


def _give(
    found: PlacementReport, form: Format, out: Path | None, lang: Literal["zh", "en"] | None
) -> None:
    from api import settings
    from api.reports import placement_document
    from api.store.log import account

    if form == "json" and out is None:
        print_json(found.as_dict())
        return
    if form == "json" and out is not None:
        from api.usecases.output import write_bytes

        content = json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False)
        write_bytes(out, content.encode())
        say_line("cli.wrote", file=out)
        return
    made = placement_document.document(
        found, language(lang), on_screen=form == "table", generated_at=settings.stamp(),
        made_by=account(),
    )  # fmt: skip
    give(made, cast(Any, form), out, language(lang))
