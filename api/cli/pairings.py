"""``graph``: the pairing graph in a file."""

from __future__ import annotations

from api.cli.console import print_json, say_line
from api.cli.options import AsJson, AsOf, Lang, OutNeeded, Pairing, day


def graph(
    out: OutNeeded,
    as_of: AsOf = None,
    pairing: Pairing = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the pairing graph on a date."""
    from api.store import Store
    from api.usecases import graph as usecase

    report = usecase.run(Store.open(), out, as_of=day(as_of), pairing=pairing)
    if as_json:
        print_json(report.as_dict())
    else:
        say_line("cli.graph.done", file=out, regions=report.regions, lines=report.lines)
