"""A backup taken while others write, and a restore that is killed: whole, or as before."""

from __future__ import annotations

from pathlib import Path

from backup_rounds import backed_up_under_writers, killed_restores

BACKUPS, KILLS = 2, {"sqlite": 10, "postgresql": 3}
"""A tenth of the drill's."""


def test_a_backup_under_four_writers_holds_all_they_were_told_of_and_no_half_of_anything(
    store_url: str, other_url: str, tmp_path: Path
) -> None:
    held = backed_up_under_writers(store_url, other_url, tmp_path, BACKUPS)
    assert held[-1] > held[0] > 0


def test_a_restore_killed_at_any_moment_leaves_the_old_store_or_the_new(
    store_url: str, tmp_path: Path
) -> None:
    killed_restores(store_url, tmp_path, KILLS[store_url.partition(":")[0]])
