"""Tasks in other processes carry a name, not a market."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np

from made_market import made
from matcher.batch import lists_of
from matcher.ranking import Filters
from matcher.shipping import filed, scoring_part


def test_a_task_carries_little_and_starts_from_the_same_ranking() -> None:
    ranking = made(90, 35)
    with filed(ranking) as kept:
        assert len(pickle.dumps(kept)) < 500
        assert kept.ranking is kept.ranking
        for side in ("enterprise", "resource"):
            task = (side, 3, 30, 5, Filters(hide_known=True))
            assert lists_of(kept, *task) == lists_of(ranking, *task)  # type: ignore[arg-type]


def test_the_file_is_its_owners_alone_and_gone_afterwards() -> None:
    with filed(made(90, 35)) as kept:
        folder = Path(kept.path).parent
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_what_is_only_shown_stays_at_home_and_figures_are_shared() -> None:
    ranking = made(90, 35)
    sent = scoring_part(ranking)
    assert "description" not in sent.market.resources.table.columns
    assert sent.market.resources.table["park"] == ranking.market.resources.table["park"]
    assert sent.limits.market is sent.market
    with filed(ranking) as kept:
        assert isinstance(kept.ranking.market.resources.fields["text"], np.memmap)
