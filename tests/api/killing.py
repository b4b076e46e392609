"""A server killed again and again under writes and imports; after each kill everything is asked.

Three writers make, change and delete rows over HTTP, each rows of its own, and remember what the
server acknowledged; an importer sends files in which everything is called by one word. At a random
moment the server is killed (alone, or with all it started; of a store on PostgreSQL sometimes the
database as well). After the restart each row must be as it was acknowledged, or as the one write
under way would have left it, and all enterprises must be called by one word.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

import postgresql
from api import jobs
from api.store import Store
from serving import Server, serving, tokens

WRITERS = 3
KEYS = 12
"""Rows that each writer makes, changes and deletes by turns."""
ROWS = 1000
HEADER = "id,name,region,industry\n"
GONE = None


@dataclass
class Writer:
    """One who writes, and what it knows of its own rows.

    Attributes
    ----------
    known : dict of str to (str or None)
        Name of each row as last acknowledged; None: deleted.
    tags : dict of str to str
        ETag of each row that is there.
    open : (str, str or None) or None
        Row and name of the write that was sent and is not acknowledged.
    """

    number: int
    known: dict[str, str | None] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    open: tuple[str, str | None] | None = None
    acknowledged: int = 0

    def work(self, running: Server, chance: random.Random, over: threading.Event) -> None:
        """Write until it is over or the server is gone."""
        with running.client("admin") as client:
            while not over.is_set():
                key = f"R-{self.number}-{chance.randrange(KEYS)}"
                try:
                    self._one(client, key, chance)
                except httpx.TransportError:
                    return

    def _one(self, client: httpx.Client, key: str, chance: random.Random) -> None:
        path, name = f"/api/v1/resources/{key}", f"名{chance.getrandbits(40)}"
        row = {"id": key, "name": name, "kind": "land", "region": "330881"}
        there = self.known.get(key) is not None
        delete = there and chance.random() < 0.3
        self.open = key, GONE if delete else name
        if not there:
            answer = client.post("/api/v1/resources", json=row)
        elif delete:
            answer = client.delete(path, headers={"If-Match": self.tags[key]})
        else:
            answer = client.put(path, json=row, headers={"If-Match": self.tags[key]})
        assert answer.status_code in (200, 201, 204), answer.text
        self.known[key] = GONE if delete else name
        self.tags[key] = answer.headers.get("etag", "")
        self.open = None
        self.acknowledged += 1

    def check(self, stored: dict[str, str], running: Server) -> None:
        """Every acknowledged write is there; the one under way is there or not."""
        for key, name in self.known.items():
            allowed = {name}
            if self.open is not None and self.open[0] == key:
                allowed.add(self.open[1])
            assert stored.get(key) in allowed, (key, stored.get(key), allowed)
        mine = {key: name for key, name in stored.items() if key.startswith(f"R-{self.number}-")}
        unheard = set(mine) - set(self.known)
        assert not unheard or (self.open is not None and unheard == {self.open[0]}), unheard
        self.known, self.open = dict(mine), None
        with running.client("admin") as client:
            for key in mine:
                answer = client.get(f"/api/v1/resources/{key}")
                assert answer.json()["name"] == mine[key], answer.text
                self.tags[key] = answer.headers["etag"]


@dataclass
class Importer:
    """One who imports, and what all enterprises may be called.

    Attributes
    ----------
    held : str
        The word of the last import that was seen to be done; empty before the first.
    open : str or None
        The word of the import that was sent and not seen to end.
    job : str or None
        Its job, where that was acknowledged.
    heard : threading.Event
        Set when an import of this round was acknowledged.
    """

    held: str = ""
    open: str | None = None
    job: str | None = None
    heard: threading.Event = field(default_factory=threading.Event)
    states: dict[str, int] = field(default_factory=lambda: {"done": 0, "failed": 0, "unheard": 0})

    def work(self, running: Server, round_: int, over: threading.Event) -> None:
        """Import until it is over or the server is gone."""
        with running.client("admin") as client:
            for number in range(1000):
                if over.is_set():
                    return
                self.open, self.job = f"word{round_}-{number}", None
                try:
                    if not self._one(client, self.open, over):
                        return
                except httpx.TransportError:
                    return

    def _one(self, client: httpx.Client, word: str, over: threading.Event) -> bool:
        rows = "".join(f"E{i},{word},330109,17\n" for i in range(ROWS))
        files = [("files", ("enterprises.csv", (HEADER + rows).encode()))]
        answer = client.post("/api/v1/imports", files=files, headers={"Prefer": "wait=0"})
        assert answer.status_code == 202, answer.text
        self.job = str(answer.json()["id"])
        self.heard.set()
        while not over.is_set():
            told = client.get(f"/api/v1/jobs/{self.job}").json()
            if told["state"] in ("done", "failed"):
                assert told["state"] == "done", told
                self.held, self.open, self.job = word, None, None
                return True
            time.sleep(0.05)
        return False

    def check(self, store: Store) -> None:
        """No import is there by halves, and an acknowledged one is what its job says."""
        until = time.monotonic() + 60
        while sum(jobs.states(store).get(state, 0) for state in ("waiting", "running")):
            assert time.monotonic() < until, jobs.states(store)
            time.sleep(0.05)
        found = {str(name) for name in store.table("enterprises", ["id", "name"])["name"]}
        count = len(store.table("enterprises", ["id"]))
        assert len(found) <= 1 and count in (0, ROWS), (found, count)
        word = next(iter(found), "")
        if self.job is not None:
            state = jobs.found(store, self.job).state
            self.states[state] += 1
            assert (word == self.open) == (state == "done"), (word, self.open, state)
        elif self.open is not None:
            self.states["unheard"] += 1
        assert word in (self.held, self.open), (word, self.held, self.open)
        self.held, self.open, self.job = word, None, None
        self.heard.clear()


@dataclass(frozen=True)
class Figures:
    """What a drill came to; seconds from the start of a server until it is ready.

    The first start, over a new store, is none of the restarts: it has an index to make.

    Attributes
    ----------
    imports : dict of str to int
        What became of the imports that a kill met: those acknowledged ended ``done`` or
        ``failed``; of those ``unheard`` no acknowledgement had come.
    """

    kills: int
    restarts: tuple[float, ...]
    acknowledged: int
    imports: dict[str, int]

    @property
    def imports_met(self) -> int:
        """Imports that were acknowledged, and not seen to end, when the server was killed."""
        return self.imports["done"] + self.imports["failed"]

    def __str__(self) -> str:
        ordered = sorted(self.restarts)
        return (
            f"{self.kills} kills, {self.acknowledged} writes acknowledged, imports under way "
            f"{self.imports}; restart median {ordered[len(ordered) // 2]:.2f} s, "
            f"slowest {ordered[-1]:.2f} s, {sum(one >= 5 for one in ordered)} of 5 s or more"
        )


def killed(
    home: Path, url: str, kills: int, *, database: postgresql.Server | None = None, seed: int = 2006
) -> Figures:
    """Kill a server so many times, and check after each restart.

    Parameters
    ----------
    database : postgresql.Server, optional
        The server of the store: every fourth kill hits it too, as a loss of power would.
    """
    store = Store.open(url, create=True)
    known, chance = tokens(url), random.Random(seed)
    writers, importer = [Writer(n) for n in range(WRITERS)], Importer()
    restarts: list[float] = []
    for round_ in range(kills + 1):
        began = time.monotonic()
        with serving(home, url, known, workers=2 if chance.random() < 0.2 else 1) as running:
            if round_:
                restarts.append(time.monotonic() - began)
            importer.check(store)
            table = store.table("resources", ["id", "name"])
            stored = {str(k): str(n) for k, n in zip(table["id"], table["name"], strict=True)}
            for writer in writers:
                writer.check(stored, running)
            if round_ == kills:
                break
            _under_work(running, writers, importer, chance, round_, database)
        if database is not None and not database.up:
            database.start()
    return Figures(kills, tuple(restarts), sum(w.acknowledged for w in writers), importer.states)


def _under_work(
    running: Server, writers: list[Writer], importer: Importer, chance: random.Random,
    round_: int, database: postgresql.Server | None,
) -> None:  # fmt: skip
    """Let all work, kill the server at a random moment, and wait until nobody works any more."""
    over = threading.Event()
    failures: list[BaseException] = []

    def guarded(work: Callable[..., None], *arguments: object) -> None:
        try:
            work(*arguments)
        except BaseException as failure:
            failures.append(failure)

    seeds = [random.Random(chance.getrandbits(32)) for _ in writers]
    threads = [
        threading.Thread(target=guarded, args=(writer.work, running, seed, over))
        for writer, seed in zip(writers, seeds, strict=True)
    ]
    threads.append(threading.Thread(target=guarded, args=(importer.work, running, round_, over)))
    for thread in threads:
        thread.start()
    if round_ % 2:  # some kills meet an import for certain, however busy the machine is
        assert importer.heard.wait(60) or failures
    time.sleep(chance.uniform(0.0, 1.0 if round_ % 2 else 3.0))
    over_power = database is not None and chance.random() < 0.25
    whole = over_power or chance.random() < 0.5
    over.set()  # whoever is between two writes does not begin another
    if whole:
        os.killpg(running.process.pid, signal.SIGKILL)
    else:
        running.process.send_signal(signal.SIGKILL)
    if over_power and database is not None:
        database.stop()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    if failures:
        raise failures[0]
