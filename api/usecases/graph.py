"""The pairing graph on a date, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.store import Store
from api.usecases import dates
from api.usecases.output import write_bytes
from features.language import Language
from features.regions import Regions

_READ = ("pairings", "parks", "outcomes", "projects", "funds", "enterprises", "resources")
_COLUMNS = {"enterprises": ["id", "region"], "resources": ["id", "region"]}


@dataclass(frozen=True)
class GraphReport:
    """What was written: how many regions are linked, and by how many lines of pairing."""

    file: str
    as_of: date
    regions: int
    lines: int

    def as_dict(self) -> dict[str, object]:
        """The report as a JSON object."""
        return {
            "file": self.file,
            "as_of": self.as_of.isoformat(),
            "regions": self.regions,
            "lines": self.lines,
        }


def run(
    store: Store, out: Path, *, as_of: date | None = None, pairing: str | None = None
) -> GraphReport:
    """Write the graph in force on a day; the format is what the file's ending says.

    Parameters
    ----------
    pairing : str, optional
        Name of a pairing; default the latest one in force.

    Raises
    ------
    features.graph_export.UnknownFormat, features.pairing.UnknownPairing
    """
    content, report = made(store, out, as_of=as_of, pairing=pairing)
    write_bytes(out, content)
    return report


def made(
    store: Store,
    out: Path,
    *,
    as_of: date | None = None,
    pairing: str | None = None,
    lang: Language | None = None,
    told_of: Sequence[str] = (),
) -> tuple[bytes, GraphReport]:
    """The bytes that a file of this name would get, and what they hold; nothing is written.

    Parameters
    ----------
    told_of : sequence of str
        Codes of regions: what is on record between two others is left out; empty: nothing is.

    Raises
    ------
    features.graph_export.UnknownFormat, features.pairing.UnknownPairing
    """
    from features import graph, graph_export
    from models import history

    day = dates.as_of(store, as_of)
    tables = store.tables(_READ, _COLUMNS)
    regions = Regions.built_in().with_rows(store.own_rows("regions"))
    past = history.introductions(
        tables["outcomes"], tables["projects"], tables["funds"], as_of=day
    ).past(regions, tables["enterprises"], tables["resources"])
    found = graph.build(
        regions, tables["pairings"], pairing=pairing, as_of=day, past=past, told_of=told_of
    )
    made_up = store.properties().get("made_up") == "true"
    content = graph_export.rendered(
        out, found, parks=tables["parks"], made_up=made_up, lang=lang
    )  # fmt: skip
    links = found.paired & ~found.coarse
    linked = links.any(axis=0) | links.any(axis=1)
    return content, GraphReport(str(out), day, int(linked.sum()), int(links.sum()))
