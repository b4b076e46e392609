"""The demonstration store, larger: as many of its worlds, side by side, as a size asks for.

``python -m tests.benchmarks.scaled_store --size 10000x2000 --home FOLDER`` makes a store with a
trained model. Each world is what ``data.make_demo`` makes of another seed; of the last ones only
as many enterprises as are wanted are kept, of all an even share of the resources, and of what
happened between them whatever has both its sides.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import data
from data.make_demo import SEED, Demo
from features.regions import Regions

Row = dict[str, str]
AS_OF = "2009-12-31"
ENTERPRISES, RESOURCES = 600, 200
_TABLES = ("enterprises", "resources", "outcomes", "interests", "projects", "funds")


def rows(enterprises: int, resources: int) -> dict[str, list[Row]]:
    """Rows of the market's tables, ids told apart by world."""
    worlds = -(-enterprises // ENTERPRISES)
    if resources > worlds * RESOURCES:
        raise ValueError(f"{worlds} worlds hold {worlds * RESOURCES} resources only")
    found: dict[str, list[Row]] = {name: [] for name in _TABLES}
    for world in range(worlds):
        for name, row in _world(world, worlds, enterprises, resources):
            found[name].append(row)
    # Of some seeds a county says twice what it wishes, by two of its names: the later word counts.
    regions = Regions.built_in()
    wishes: dict[tuple[str | None, ...], Row] = {}
    for row in found["interests"]:
        who = regions.resolve(row["id"]) if row["side"] == "region" else row["id"]
        wishes[row["side"], who, row["target"], row.get("event_id")] = row
    return {**found, "interests": list(wishes.values())}


def _world(world: int, worlds: int, enterprises: int, resources: int) -> Iterator[tuple[str, Row]]:
    made = Demo(SEED + world)
    here = min(ENTERPRISES, enterprises - world * ENTERPRISES)
    share = resources * (world + 1) // worlds - resources * world // worlds
    own = _even([e.row for e in made.enterprises], here)
    others = _even([r.row for r in made.resources], share)
    gone = {row["id"] for row in (e.row for e in made.enterprises)} - {r["id"] for r in own}
    gone |= {row["id"] for row in (r.row for r in made.resources)} - {r["id"] for r in others}
    projects = [
        p for p in made.projects
        if not {*p["enterprise_ids"].split(";"), p["resource_id"]} & gone
    ]  # fmt: skip
    kept = {p["id"] for p in projects}
    parts: dict[str, Iterable[Mapping[str, str]]] = {
        "enterprises": own, "resources": others, "projects": projects,
        "outcomes": [
            o for o in made.outcomes if not {o["enterprise_id"], o["resource_id"]} & gone
        ],
        "interests": [i for i in made.interests if not {i["id"], i["target"]} & gone],
        "funds": [f for f in made.funds if f["project_id"] in kept],
    }  # fmt: skip
    for name, part in parts.items():
        for row in part:
            yield name, {c: _named(cell, world) for c, cell in row.items()}


def _even(all_rows: list[Row], count: int) -> list[Row]:
    """So many of the rows, spread evenly over them."""
    n = len(all_rows)
    return [row for i, row in enumerate(all_rows) if (i + 1) * count // n > i * count // n]


def _named(cell: str, world: int) -> str:
    """A cell with the world in its ids: ``DEMO-E001`` becomes ``W03-E001``."""
    return cell.replace("DEMO-", f"W{world:02}-")


def make(size: tuple[int, int], home: Path) -> None:
    """Make a store of a size with a trained model in a home folder."""
    os.environ["SHANHAI_HOME"] = str(home)
    os.environ.pop("SHANHAI_DATABASE_URL", None)
    from api.store import Store
    from api.usecases import importing, init, train

    home.mkdir(parents=True, exist_ok=True)
    init.run()
    store = Store.open()
    store.set_properties({"made_up": "true", "as_of": AS_OF})
    with tempfile.TemporaryDirectory() as folder:
        for name, part in rows(*size).items():
            with (Path(folder) / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
                columns = list(dict.fromkeys(c for row in part for c in row))
                writer = csv.DictWriter(out, columns, restval="")
                writer.writeheader()
                writer.writerows(part)
        importing.run(store, [Path(folder)])
    train.run(store, force=True)


def size_of(written: str) -> tuple[int, int]:
    """``10000x2000`` → enterprises, resources."""
    enterprises, _, resources = written.partition("x")
    return int(enterprises), int(resources)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=size_of, default=(10_000, 2_000))
    parser.add_argument("--home", type=Path, required=True)
    asked = parser.parse_args()
    make(asked.size, asked.home)
    print(f"{asked.size[0]} × {asked.size[1]}: {asked.home}, made from {data.folder('demo')}")


if __name__ == "__main__":
    main()
