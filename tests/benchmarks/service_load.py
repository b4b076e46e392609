"""How a server bears up: list requests, so many at a time, against real ``serve`` processes.

``python -m tests.benchmarks.service_load --home FOLDER --workers 1 2`` on a store that
``tests.benchmarks.scaled_store`` has made. The client shares the machine with the server, so it
is a small one: one process, plain sockets that stay open, answers checked and not parsed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
from api.index import folder
from api.index.making import State, make
from api.store import Store
from serving import Server, serving, tokens

REQUESTS, AT_ONCE, SEED = 5_000, 8, 1


@dataclass(frozen=True)
class Answers:
    """What came of a run.

    Attributes
    ----------
    seconds : list of float
        From a request's first byte to its answer's last.
    took : float
        Seconds of the whole run.
    wrong : list of (path, status)
    """

    seconds: list[float]
    took: float
    wrong: list[tuple[str, int]]

    def share(self, part: float) -> float:
        """Seconds within which this part of the requests was answered."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(part * len(self.seconds)))]

    def __str__(self) -> str:
        p50, p95, p99 = (1000 * self.share(part) for part in (0.5, 0.95, 0.99))
        return (
            f"{len(self.seconds)} requests, {len(self.wrong)} wrong, {self.took:.1f} s, "
            f"{len(self.seconds) / self.took:.0f}/s, p50 {p50:.1f} p95 {p95:.1f} p99 {p99:.1f} ms"
        )


def paths(store: Store, count: int, *, extra: str = "") -> list[str]:
    """List requests of both sides, each time of another row as long as there are any."""
    dice = random.Random(SEED)
    asked = []
    for side, share in (("enterprise", 0.6), ("resource", 0.4)):
        ids = [str(one) for one in store.table(f"{side}s", ["id"])["id"]]
        dice.shuffle(ids)
        wanted = round(share * count)
        asked += [f"/api/v1/matches?{side}_id={ids[i % len(ids)]}{extra}" for i in range(wanted)]
    dice.shuffle(asked)
    return asked


async def _ask(address: tuple[str, int], waiting: list[str], token: str, answers: Answers) -> None:
    reader, writer = await asyncio.open_connection(*address)
    try:
        while waiting:
            path = waiting.pop()
            began = time.perf_counter()
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: {address[0]}\r\nAccept: application/json\r\n"
                f"Authorization: Bearer {token}\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            body = await reader.readexactly(length)
            answers.seconds.append(time.perf_counter() - began)
            status = int(head[9:12])
            if status != 200 or not body.endswith(b"}\n"):
                answers.wrong.append((path, status))
    finally:
        writer.close()


async def ask(url: str, asked: Sequence[str], tokens: Sequence[str], at_once: int) -> Answers:
    """Ask for all of these, so many at a time, in turn by the accounts of these tokens.

    One account may not ask for more than 300 a second for long (:mod:`api.http.rates`).
    """
    parts = urlsplit(url)
    address = str(parts.hostname), int(parts.port or 80)
    answers, waiting = Answers([], 0.0, []), list(reversed(asked))
    began = time.perf_counter()
    each = (tokens[i % len(tokens)] for i in range(at_once))
    await asyncio.gather(*(_ask(address, waiting, token, answers) for token in each))
    return Answers(answers.seconds, time.perf_counter() - began, answers.wrong)


def memory(running: Server) -> list[dict[str, int]]:
    """MB of each process of a server: resident, and of that its own alone."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            group = os.getpgid(int(entry.name)) if entry.name.isdigit() else None
            if group == running.process.pid:
                rows = (entry / "smaps_rollup").read_text().splitlines()[1:]
                kb = {row.split(":")[0]: int(row.split()[1]) for row in rows}
                own = kb["Private_Clean"] + kb["Private_Dirty"]
                found.append({"resident": kb["Rss"] // 1024, "own": own // 1024})
        except (OSError, KeyError, IndexError):
            continue
    return sorted(found, key=lambda one: -one["resident"])


def processor(running: Server) -> float:
    """Seconds of processor time that all processes of a server have used."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getpgid(int(entry.name)) == running.process.pid:
                told = (entry / "stat").read_text().rpartition(")")[2].split()
                ticks += int(told[11]) + int(told[12])
        except (OSError, IndexError):
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def _load() -> str:
    return " ".join(Path("/proc/loadavg").read_text().split()[:3])


def _settle(store: Store) -> None:
    """Wait until what servers do after their start is done: the others come, lists are written."""
    until = time.monotonic() + 600
    while time.monotonic() < until:
        if any(part.endswith(".lists") for part in folder.parts_of(State.of(store).name)):
            break
        time.sleep(0.5)
    time.sleep(5)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--extra", default="", help="further parameters, &congestion=on")
    asked = parser.parse_args()
    url = f"sqlite:///{asked.home / 'shanhai.db'}"
    os.environ["SHANHAI_HOME"] = str(asked.home)
    kept = asked.home / "tokens.json"
    if not kept.exists():
        kept.write_text(json.dumps(tokens(url)))
    known = json.loads(kept.read_text())
    store = Store.open(url)
    if not folder.there(State.of(store).name):
        began = time.perf_counter()
        make(store)
        print(f"index made in {time.perf_counter() - began:.1f} s")
    wanted = paths(store, asked.requests, extra=asked.extra)
    for workers in asked.workers:
        began = time.perf_counter()
        with serving(asked.home, url, known, workers=workers) as running:
            print(f"workers {workers}: ready after {time.perf_counter() - began:.1f} s")
            _settle(store)
            for name, part in (("first", wanted[: len(wanted) // 10]), ("all", wanted)):
                before, own = processor(running), time.process_time()
                came = asyncio.run(ask(running.url, part, list(known.values()), asked.at_once))
                used, own = processor(running) - before, time.process_time() - own
                each = f"{1000 * used / len(part):.1f} + {1000 * own / len(part):.1f} ms"
                print(f"  {name}: {came}, processor {each} each, load {_load()}")
                for path, status in came.wrong[:5]:
                    print(f"    {status} {path}")
            print(f"  memory, MB: {memory(running)}")


if __name__ == "__main__":
    main()
