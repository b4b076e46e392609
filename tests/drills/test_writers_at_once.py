"""Drill: eight writers with 200 writes each, at two workers (``make drill``)."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
from api.store import Store
from serving import serving, tokens
from writing import WRITERS, all_write, store_address

WRITES = 200


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_of_eight_writers_none_loses_a_write_and_the_stale_are_told(
    tmp_path: Path, database: str
) -> None:
    home = tmp_path / "home"
    with (
        store_address(database, home) as url,
        serving(home, url, tokens(url), workers=2) as running,
    ):
        began = time.monotonic()
        found = all_write(running, Store.open(url), WRITES)
    seconds = time.monotonic() - began
    print(f"{database}: {WRITERS} × {WRITES} writes in {seconds:.0f} s: {dict(found)}")
    assert found["shared", 200] > 0 and found["shared", 412] > 0
