"""Eight writers at once: a tenth of the drill's writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.store import Store
from serving import serving, tokens
from writing import all_write, store_address


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_of_eight_writers_none_loses_a_write_and_the_stale_are_told(
    tmp_path: Path, database: str
) -> None:
    home = tmp_path / "home"
    with (
        store_address(database, home) as url,
        serving(home, url, tokens(url), workers=2) as running,
    ):
        found = all_write(running, Store.open(url), 20)
    assert found["shared", 200] > 0
