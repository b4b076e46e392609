"""How soon pages are there in a real Chromium, and what they weigh, on a large store.

``python -m tests.benchmarks.page_times --home FOLDER`` on a store that
``tests.benchmarks.scaled_store`` has made. Each persona signs in with an empty cache and goes
through its pages; a page of one row is opened for several rows. A page counts as there when its
load event has ended: from then on nothing moves and everything can be used. Nothing is cached
between contexts; browser and server share the machine.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.errors import UserError
from api.index import folder
from api.index.making import State, make
from api.store import Store
from api.usecases import users
from tests.api.serving import Server, serving
from tests.pages.browser import Visitor, chromium, visiting
from tests.pages.demonstration import PASSWORD

FIRST, LIST = 1000, 500
"""Milliseconds within which the first page and any other are to be there."""
WITH_MAP, WITHOUT_MAP, SHIFT = 1_500_000, 300_000, 0.1
SEED = 1
_TOOK = """() => { const e = performance.getEntriesByType('navigation')[0];
  return [e.loadEventEnd - e.startTime, e.responseStart - e.requestStart]; }"""


@dataclass
class Measured:
    """What was measured of one kind of page: milliseconds, bytes, layout shift.

    ``processor`` are the seconds of processor time that the server used for all of it: these
    hold on a busy machine too.
    """

    role: str
    name: str
    limit: int
    map: bool = False
    took: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    processor: float = 0.0
    weight: int = 0
    shift: float = 0.0

    def __str__(self) -> str:
        most = WITH_MAP if self.map else WITHOUT_MAP
        late = max(self.took) > self.limit or self.weight > most or self.shift >= SHIFT
        return (
            f"{'!' if late else ' '} {self.role:<10} {self.name:<44} {len(self.took):>3} "
            f"{statistics.median(self.took):>6.0f} {max(self.took):>6.0f} ms "
            f"(server {statistics.median(self.server):>4.0f}, "
            f"processor {1000 * self.processor / len(self.took):>4.0f}) "
            f"{self.weight / 1000:>6.0f} kB  shift {self.shift:.3f}"
        )


@dataclass(frozen=True)
class Rows:
    """Whose pages are looked at."""

    county: str
    own: list[str]
    resources: list[str]
    enterprises: list[str]
    enterprise: str

    @classmethod
    def of(cls, store: Store, count: int) -> Rows:
        """The county with most resources, and so many rows of each side."""
        dice = random.Random(SEED)
        table = store.table("resources", ["id", "region"])
        of_county: dict[str, list[str]] = {}
        for row in table.rows():
            of_county.setdefault(str(row["region"]), []).append(str(row["id"]))
        county = max(of_county, key=lambda code: (len(of_county[code]), code))
        enterprises = [str(one) for one in store.table("enterprises", ["id"])["id"]]
        dice.shuffle(enterprises)
        resources = [str(one) for one in table["id"]]
        dice.shuffle(resources)
        own = dice.sample(of_county[county], min(count, len(of_county[county])))
        return cls(county, own, resources[:count], enterprises[:count], enterprises[0])


def pages_of(rows: Rows) -> dict[str, list[tuple[str, list[str], bool]]]:
    """Of each role: a name, the addresses it stands for, and whether it shows a map."""

    def each(path: str, ids: Iterable[str], **more: str) -> list[str]:
        return [path.format(id=one, **more) for one in ids]

    e = rows.enterprises[0]
    staff = [
        ("/rates", ["/rates"], False), ("/rates?by=region", ["/rates?by=region"], False),
        ("/projects?year=2008", ["/projects?year=2008"], False),
        ("/overdue", ["/overdue"], False),
        ("/enterprises/ID", each("/enterprises/{id}", rows.enterprises), False),
        ("/search?find=jy", ["/search?find=jy"], False),
    ]  # fmt: skip
    return {
        "county": [
            ("/offers", ["/offers"], False), ("/offers?search=dk", ["/offers?search=dk"], False),
            ("/offers/ID", each("/offers/{id}", rows.own), False),
            ("/offers/ID?sort=region&top=100",
             each("/offers/{id}?sort=region&top=100", rows.own), False),
            ("/offers/ID?cross_pair=forbid", each("/offers/{id}?cross_pair=forbid", rows.own),
             False),
            ("/offers/ID?why=ID", each("/offers/{id}?why={e}", rows.own, e=e), False),
            ("/offers/ID/with/ID", each("/offers/{id}/with/{e}", rows.own, e=e), False),
            ("/offers/ID/terms", each("/offers/{id}/terms", rows.own), False),
            ("/offers/ID/entry", each("/offers/{id}/entry", rows.own), False),
            ("/new-offer", ["/new-offer"], False), ("/uploads", ["/uploads"], False), *staff,
        ],
        "enterprise": [
            ("/fit", ["/fit"], False), ("/fit?top=100", ["/fit?top=100"], False),
            ("/fit?kind=land", ["/fit?kind=land"], False),
            ("/fit/compare", ["/fit/compare{chosen}"], True), ("/own", ["/own"], False),
            ("/interests", ["/interests", "/interests?search=jy"], False),
        ],
        "planner": [
            ("/planner", ["/planner"], True),
            ("/planner?show=start_rate&lines=both", ["/planner?show=start_rate&lines=both"], True),
            ("/offers", ["/offers", "/offers?part=7"], False),
            ("/offers/ID", each("/offers/{id}", rows.resources), False), *staff,
            ("/rates?by=line&programme=industry", ["/rates?by=line&programme=industry"], False),
            ("/scenarios", ["/scenarios"], False), ("/scenarios/new", ["/scenarios/new"], False),
            ("/prices", ["/prices"], False), ("/audit", ["/audit"], False),
            ("/audit?what=lists", ["/audit?what=lists"], False),
        ],
    }  # fmt: skip


def _accounts(store: Store, rows: Rows) -> None:
    """An account of each persona with the password of the page tests."""
    scopes: dict[str, dict[str, str]] = {
        "county": {"region": rows.county}, "enterprise": {"enterprise": rows.enterprise},
        "planner": {}, "admin": {},  # without one the service does not start
    }  # fmt: skip
    for role, scope in scopes.items():
        try:
            users.add(store, f"pages-{role}", role, password=PASSWORD, **scope)  # type: ignore[arg-type]
        except UserError:
            continue  # of an earlier run on this store


def _opened(visitor: Visitor, path: str, into: Measured) -> None:
    visitor.requests.clear()
    visitor.go(path)
    took, server = visitor.page.evaluate(_TOOK)
    into.took.append(took)
    into.server.append(server)
    into.shift = max(into.shift, visitor.layout_shift())
    into.weight = max(into.weight, visitor.weight())


def _first(browser: Any, url: str, role: str, times: int) -> Measured:
    """From pressing "sign in" to the first page, each time with an empty browser."""
    found = Measured(role, "first page, from signing in", FIRST, map=role == "planner")
    for _ in range(times):
        with visiting(browser, url) as visitor:
            visitor.go("/sign-in")
            visitor.page.fill("input[name=name]", f"pages-{role}")
            visitor.page.fill("input[name=password]", PASSWORD)
            visitor.requests.clear()
            began = time.perf_counter()
            with visitor.page.expect_navigation(wait_until="load"):
                visitor.page.keyboard.press("Enter")
            visitor.page.wait_for_selector("main h1")
            found.took.append(1000 * (time.perf_counter() - began))
            found.server.append(visitor.page.evaluate(_TOOK)[1])
            found.shift = max(found.shift, visitor.layout_shift())
            found.weight = max(found.weight, visitor.weight())
    return found


def processor(server: Server) -> float:
    """Seconds of processor time of the process that answers; those it starts are not counted."""
    told = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _persona(browser: Any, server: Server, role: str, asked: Any, rows: Rows) -> Iterable[Measured]:
    used = processor(server)
    found = _first(browser, server.url, role, asked.times)
    found.processor = processor(server) - used
    yield found
    with visiting(browser, server.url) as visitor:
        visitor.sign_in(f"pages-{role}")
        chosen = ""
        for name, paths, has_map in pages_of(rows)[role]:
            found, used = Measured(role, name, LIST, map=has_map), processor(server)
            for _ in range(asked.times if len(paths) < asked.times else 1):
                for path in paths:
                    _opened(visitor, path.format(chosen=chosen), found)
            found.processor = processor(server) - used
            if name == "/fit":
                ids = visitor.page.locator("input[name=place]").evaluate_all(
                    "boxes => boxes.slice(0, 4).map(box => box.value)"
                )
                chosen = "?" + "&".join(f"place={one}" for one in ids)
            yield found
        for complaint in visitor.complaints:
            print(f"  complaint: {complaint}")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--role", nargs="*", default=["county", "enterprise", "planner"])
    parser.add_argument("--times", type=int, default=5, help="rows, or rounds, of each page")
    asked = parser.parse_args()
    url = f"sqlite:///{asked.home / 'shanhai.db'}"
    os.environ["SHANHAI_HOME"] = str(asked.home)
    store = Store.open(url)
    rows = Rows.of(store, asked.times)
    _accounts(store, rows)
    if not folder.there(State.of(store).name):
        make(store)  # the server would make it, but not within the time it is waited for
    print("  role       page                                           n  median    max")
    with serving(asked.home, url, {}) as server, chromium() as browser:
        for role in asked.role:
            for found in _persona(browser, server, role, asked, rows):
                print(found, flush=True)
    print(f"load {Path('/proc/loadavg').read_text().split()[0]}; ! = beyond what is asked: first "
          f"{FIRST} ms, lists {LIST} ms, {WITHOUT_MAP // 1000} kB, with a map "
          f"{WITH_MAP // 1000} kB, shift {SHIFT}")  # fmt: skip


if __name__ == "__main__":
    main()
