"""The pairing graph as networkx has it, and as files: GraphML, GEXF, a picture in HTML.

The same graph gives the same bytes: a stamp is written only where ``SOURCE_DATE_EPOCH`` is set.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from features import graph_picture, stamps
from features.graph import STAGES, PairingGraph
from features.language import Language, current_language, text
from features.tables import Table

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FORMATS", "UnknownFormat", "networkx_graph", "rendered", "write"]

FORMATS: Final = ("graphml", "gexf", "html")


class UnknownFormat(ValueError):
    """A file name whose ending names no format of ours.

    Attributes
    ----------
    message : Text
    """

    def __init__(self, path: Path) -> None:
        self.message = text("graph.unknown_format", name=path.name)
        super().__init__(self.message[current_language()])


def write(
    path: Path,
    graph: PairingGraph,
    *,
    parks: Table | None = None,
    made_up: bool = False,
    lang: Language | None = None,
) -> None:
    """Write the graph into a file, in the format that its ending names.

    Raises
    ------
    UnknownFormat
        If the ending is none of ``.graphml``, ``.gexf``, ``.html``; nothing is written.
    OSError
    """
    written = rendered(path, graph, parks=parks, made_up=made_up, lang=lang)
    path.write_bytes(written)


def rendered(
    path: Path,
    graph: PairingGraph,
    *,
    parks: Table | None = None,
    made_up: bool = False,
    lang: Language | None = None,
) -> bytes:
    """What :func:`write` would write (see there)."""
    kind = path.suffix.lower().lstrip(".")
    if kind == "html":
        page = graph_picture.page(graph, made_up=made_up, lang=lang or current_language())
        return page.encode("utf-8")
    if kind not in FORMATS:
        raise UnknownFormat(path)
    import networkx as nx

    found = networkx_graph(graph, parks)
    if made_up:
        found.graph["made_up"] = True
    if kind == "graphml":
        lines = nx.generate_graphml(found)
    else:
        lines = (_stamped(line) for line in nx.generate_gexf(found))
    return ("\n".join(lines) + "\n").encode("utf-8")


def _stamped(line: str) -> str:
    """A line of GEXF with the day of ``SOURCE_DATE_EPOCH``, or with none, for that of today."""
    moment = stamps.fixed()
    day = moment.date().isoformat() if moment else ""
    return re.sub(
        r' lastmodifieddate="[^"]*"', f' lastmodifieddate="{day}"' if day else "", line, count=1
    )


def networkx_graph(graph: PairingGraph, parks: Table | None = None) -> nx.MultiDiGraph:
    """The graph with its names and numbers, for a look at it or to take it elsewhere.

    Nodes are the regions that have a line or a side (id = code) and the parks; edges go from
    developed to underdeveloped, the kind of each (``pairing``, a stage, ``park``) being its key:
    a pairing line weighs 1, a stage as often as it was reached before the date. Where not all
    introductions are told of, ``introductions_of`` says whose are (codes).

    Parameters
    ----------
    parks : Table or None
        The table ``parks``.
    """
    import networkx as nx

    n = len(graph.regions)
    lines_of = {"pairing": (graph.paired & ~graph.coarse).astype(np.float64)}
    lines_of |= {name: graph.past.counts(n, stage) for stage, name in enumerate(STAGES)}
    found = nx.MultiDiGraph(as_of=graph.as_of.isoformat())
    if graph.told_of:
        found.graph["introductions_of"] = " ".join(graph.told_of)
    used = np.zeros(n, np.bool_)
    for weights in lines_of.values():
        used |= weights.any(axis=0) | weights.any(axis=1)
    for at, code in enumerate(graph.regions.codes):
        if used[at] or graph.regions.side[at]:
            found.add_node(code, **_node(graph, at))
    for kind, weights in lines_of.items():
        for i, j in np.argwhere(weights > 0).tolist():
            pairing = {"pairing": graph.named[j]} if kind == "pairing" else {}
            found.add_edge(
                graph.regions.codes[i],
                graph.regions.codes[j],
                key=kind,
                kind=kind,
                weight=float(weights[i, j]),
                **pairing,
            )
    for row in parks.rows() if parks is not None else ():
        park = f"park:{row['id']}"
        found.add_node(park, label=str(row["name"]), kind="park")
        for column in ("partner_region", "region"):
            where = row.get(column)
            if isinstance(where, str) and where in graph.regions:
                if where not in found:
                    found.add_node(where, **_node(graph, graph.regions.index[where]))
                ends = (where, park) if column == "partner_region" else (park, where)
                found.add_edge(*ends, key="park", kind="park", weight=1.0)
    return found


def _node(graph: PairingGraph, at: int) -> dict[str, str | float]:
    code = graph.regions.codes[at]
    node: dict[str, str | float] = {
        "label": graph.regions.name(code, graph.as_of.year),
        "kind": "city" if graph.regions.is_prefecture(code) else "county",
        "side": graph.regions.side[at] or "none",
    }
    lat, lon = graph.regions.points[at].tolist()
    if not (np.isnan(lat) or np.isnan(lon)):
        node |= {"lat": float(lat), "lon": float(lon)}
    return node
