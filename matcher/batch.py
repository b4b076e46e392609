"""All match lists at once: blocks of queries as joblib tasks, on this machine or on many.

The blocks are cut by the data alone, never by the number of workers, so that one worker, eight, or
a Dask cluster give the same bytes. Memory is bounded by the blocks under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.language import Text, text
from matcher.best import BLOCK, best_of, best_of_block
from matcher.ranking import Filters, Ranking, Side
from matcher.shipping import Filed, filed, scoring_part
from models import engine

#: Queries of one task at most: many, since what they share is made once a task.
TASK_QUERIES = 1_024

Block = Mapping[str, Any]


class SchedulerError(RuntimeError):
    """The Dask scheduler cannot be used.

    Attributes
    ----------
    message : Text
    """

    exit_status = 1

    def __init__(self, code: str, **values: object) -> None:
        self.message: Text = text(code, **values)
        super().__init__(self.message["en"])


def all_lists(
    ranking: Ranking,
    queries: Side,
    *,
    top: int = 20,
    filters: Filters | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Block]:
    """The lists of every query, block by block in order of id.

    Parameters
    ----------
    queries : str
        ``enterprise``: resources are listed for each; ``resource``: enterprises.
    workers : int
        Processes on this machine.
    scheduler : str, optional
        Address of a running Dask scheduler (``tcp://host:8786``) that takes the tasks instead.

    Yields
    ------
    dict of columns
        As :data:`matcher.batch_files.BATCH_COLUMNS`.

    Raises
    ------
    SchedulerError
    """
    from joblib import Parallel, delayed

    filters = filters or Filters()
    filters.check("resource" if queries == "enterprise" else "enterprise")
    side = ranking.market.enterprises if queries == "enterprise" else ranking.market.resources
    cuts = _cuts(len(side))
    pairs = len(ranking.market.enterprises) * len(ranking.market.resources)
    work = lists_in_loops if pairs >= engine.WORTH_STARTING else lists_of
    with _backend(scheduler, workers, ranking) as (options, start_from):
        tasks = (
            delayed(work)(start_from, queries, start, stop, top, filters)
            for start, stop in pairwise(cuts)
        )
        run = Parallel(return_as="generator", pre_dispatch="2*n_jobs", **options)
        for done, block in enumerate(run(tasks), start=1):
            if progress is not None:
                progress(done, len(cuts) - 1)
            yield block


def _cuts(queries: int) -> list[int]:
    """Where tasks begin and end: of one size, and enough of them to keep a few workers busy."""
    tasks = max(min(queries, 4), -(-queries // TASK_QUERIES))
    return [queries * i // tasks for i in range(tasks + 1)] if tasks else [0]


def lists_of(
    start_from: Ranking | Filed, queries: Side, start: int, stop: int, top: int, filters: Filters
) -> dict[str, Any]:
    """The lists of the queries ``start`` to ``stop``, as columns."""
    from threadpoolctl import threadpool_limits

    ranking = start_from.ranking if isinstance(start_from, Filed) else start_from
    # One thread of linear algebra a task: workers times threads would crawl.
    with threadpool_limits(1):
        candidates: Side = "resource" if queries == "enterprise" else "enterprise"
        rows, scores = best(ranking, candidates, np.arange(start, stop), top, filters)
        return _columns(ranking, candidates, np.arange(start, stop), rows, scores)


def lists_in_loops(*task: Any) -> dict[str, Any]:
    """:func:`lists_of`, for so many pairs that compiled loops pay wherever the task runs."""
    engine.start()
    return lists_of(*task)


def best(
    ranking: Ranking, candidates: Side, queries: NDArray[np.int64], top: int, filters: Filters
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rows and scores of the best candidates of each query, block by block.

    Parameters
    ----------
    candidates : str
        The side that is listed; ``queries`` are rows of the other side.

    Returns
    -------
    rows : (q, top) int array
        Best first, ties by id; -1 where there are fewer.
    scores : (q, top) float32 array
    """
    side = ranking.market.resources if candidates == "resource" else ranking.market.enterprises
    found = [(np.zeros((0, top), np.int64), np.zeros((0, top), np.float32))]
    for q in range(0, len(queries), BLOCK):
        asked, parts = queries[q : q + BLOCK], []
        for c in range(0, max(1, len(side)), BLOCK):
            offered = np.arange(c, min(c + BLOCK, len(side)))
            e, r = (asked, offered) if candidates == "resource" else (offered, asked)
            parts.append(best_of_block(ranking, e, r, candidates, top, filters))
        found.append(_merged(parts, top))
    rows, scores = zip(*found, strict=True)
    return np.concatenate(rows), np.concatenate(scores)


def _merged(
    parts: list[tuple[NDArray[np.int64], NDArray[np.float32]]], top: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The best of lists that were made from parts of the candidates, in order of their rows."""
    if len(parts) == 1:
        return parts[0]
    rows = np.concatenate([p[0] for p in parts], axis=1)
    scores = np.concatenate([p[1] for p in parts], axis=1)
    at, best = best_of(scores, np.arange(scores.shape[1]), top)
    return np.where(at < 0, -1, np.take_along_axis(rows, np.maximum(at, 0), axis=1)), best


def _columns(
    ranking: Ranking, candidates: Side, queries: NDArray[np.int64], rows: NDArray[np.int64],
    scores: NDArray[np.float32],
) -> dict[str, Any]:  # fmt: skip
    market = ranking.market
    q, rank = np.nonzero(rows >= 0)
    query, candidate = queries[q], rows[q, rank]
    e, r = (query, candidate) if candidates == "resource" else (candidate, query)
    chance = ranking.scorer.of_pairs(e, r)
    own, other = market.enterprises, market.resources
    if candidates == "enterprise":
        own, other = other, own
    money = ranking.expected_investment(e, r, chance[0])
    a, b = market.enterprises.fields["region"][e], market.resources.fields["region"][r]
    paired = market.graph.paired[np.maximum(a, 0), np.maximum(b, 0)] & (a >= 0) & (b >= 0)
    return {
        "query_id": [own.ids[i] for i in query],
        "rank": (rank + 1).tolist(),
        "candidate_id": [other.ids[i] for i in candidate],
        "score": _rounded(scores[q, rank]),
        **{
            f"p_{stage}": _rounded(chance[s])
            for s, stage in enumerate(("signed", "started", "funded", "completed"))
        },
        "expected_investment_wan": [None if np.isnan(m) else round(m, 2) for m in money.tolist()],
        "paired": paired.tolist(),
    }


def _rounded(values: NDArray[np.float32]) -> list[float]:
    # Sums of float32 over other blocks differ in the seventh digit; what is handed out must not.
    return [round(v, 6) for v in values.astype(np.float64).tolist()]


@contextmanager
def _backend(
    scheduler: str | None, workers: int, ranking: Ranking
) -> Iterator[tuple[dict[str, Any], Ranking | Filed]]:
    """Options of ``joblib.Parallel``, and what its tasks carry of the ranking."""
    if scheduler is None and workers == 1:
        yield {"n_jobs": 1, "backend": "sequential"}, ranking
        return
    if scheduler is None:
        with filed(ranking) as kept:
            yield {"n_jobs": workers, "backend": "loky"}, kept
        return
    try:
        from dask import distributed
    except ImportError as error:
        raise SchedulerError("batch.no_dask") from error
    connect: Any = distributed.Client
    try:
        client = connect(scheduler, timeout=5, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise SchedulerError("batch.no_scheduler", address=scheduler) from error
    try:
        from joblib import parallel_config

        sent = scoring_part(ranking)
        # Each worker gets what is scattered once; tasks name it.
        with parallel_config(backend="dask", client=client, scatter=[sent]):
            yield {"n_jobs": -1}, sent
    finally:
        client.close()
