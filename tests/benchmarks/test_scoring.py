"""How many pairs a second: ours, as people usually do it, and what the machine could at most.

Nothing is asserted about time. The ratio stands in the last column of the run's own table
(``pairs_per_second`` in ``extra_info``) and is printed at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from as_usual import NAMES, AsUsual
from features.pairs import Pairs, compute
from matcher.batch import best
from matcher.ranking import Filters, Ranking
from models import engine
from models.history import Introductions
from practice_size import SIZE, TEXTS, world

TOP = 20
RATES: dict[str, float] = {}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ranking, Introductions]:
    return world(*SIZE, TEXTS, tmp_path_factory.mktemp("texts") / "vectors.sqlite")


@pytest.fixture(scope="module", autouse=True)
def _told() -> Iterator[None]:
    """The rates beside each other, at the end of the run."""
    yield
    if "pandas and LightGBM" in RATES:
        base = RATES["pandas and LightGBM"]
        print("\npairs a second:")
        for name, rate in RATES.items():
            print(f"  {name:<42}{rate:>14,.0f}{rate / base:>9.1f} times pandas + LightGBM")


def measured(benchmark: Any, name: str, pairs: int, run: Callable[[], Any]) -> Any:
    result = benchmark.pedantic(run, rounds=15, warmup_rounds=2)
    RATES[name] = benchmark.extra_info["pairs_per_second"] = pairs / benchmark.stats["min"]
    return result


def test_pandas_and_lightgbm(benchmark: Any, usual: tuple[Ranking, Introductions]) -> None:
    """A hundred enterprises with every resource; its cost a pair does not fall with more."""
    ranking, history = usual
    market, rows = ranking.market, np.arange(100)
    theirs = AsUsual(market, history)
    own = compute(Pairs(market, rows, np.arange(SIZE[1])), NAMES).reshape(-1, len(NAMES))
    np.testing.assert_allclose(theirs.features(rows)[list(NAMES)], own, rtol=1e-3, atol=1e-3)
    pairs = len(rows) * SIZE[1]
    found = measured(benchmark, "pandas and LightGBM", pairs, lambda: theirs.best(rows, TOP))
    assert len(found) == len(rows) * TOP


@pytest.fixture
def loops() -> Iterator[None]:
    """The compiled loops at hand, as they are in a large batch; made before time is taken."""
    engine.start()
    yield
    engine.stop()


def lists(ranking: Ranking, threads: int = 1, queries: int | None = None) -> Callable[[], Any]:
    """Every enterprise with every resource, limits and the best twenty included."""
    from joblib import Parallel, delayed

    own = np.arange(queries or len(ranking.market.enterprises))
    if threads == 1:
        return lambda: best(ranking, "resource", own, TOP, Filters())
    run = Parallel(n_jobs=threads, backend="threading")
    parts = np.array_split(own, threads)
    return lambda: run(delayed(best)(ranking, "resource", some, TOP, Filters()) for some in parts)


def test_ours_with_plain_numpy(benchmark: Any, usual: tuple[Ranking, Introductions]) -> None:
    pairs = SIZE[0] * SIZE[1]
    rows, _ = measured(benchmark, "ours, plain numpy", pairs, lists(usual[0]))
    assert len(rows) == SIZE[0]


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize("threads", [1, 2])
def test_ours(benchmark: Any, usual: tuple[Ranking, Introductions], threads: int) -> None:
    pairs = SIZE[0] * SIZE[1]
    measured(benchmark, f"ours, {threads} thread(s)", pairs, lists(usual[0], threads))


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize("times", [1, 4])
def test_ours_grows_in_step_with_the_pairs(
    benchmark: Any, usual: tuple[Ranking, Introductions], times: int
) -> None:
    """A quarter of the enterprises, then all of them: seconds a pair should stay as they are."""
    queries = SIZE[0] // 4 * times
    pairs = queries * SIZE[1]
    measured(benchmark, f"ours, {pairs:,} pairs", pairs, lists(usual[0], 1, queries))


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize("size", [(1500, 400), (3000, 800)], ids=str)
@pytest.mark.parametrize("texts", [TEXTS, None], ids=["texts shared", "every text different"])
def test_ours_on_other_markets(
    benchmark: Any, tmp_path_factory: pytest.TempPathFactory, size: tuple[int, int],
    texts: int | None,
) -> None:  # fmt: skip
    """Practice size and four times that; hardest where nothing that enterprises say is shared."""
    ranking, _ = world(*size, texts, tmp_path_factory.getbasetemp() / "vectors.sqlite")
    said = "each its text" if texts is None else f"{texts} texts"
    name = f"ours, {size[0]:,} x {size[1]:,}, {said}"
    measured(benchmark, name, size[0] * size[1], lists(ranking))


def test_the_limit_of_plain_numpy(benchmark: Any) -> None:
    """A matrix product of rank 48 and four logistics a pair, nothing else."""
    rng = np.random.default_rng(0)
    left = rng.normal(size=(4, SIZE[0], 12)).astype(np.float32)
    right = rng.normal(size=(12, SIZE[1])).astype(np.float32)

    def product() -> np.ndarray[Any, Any]:
        chance = 1 / (1 + np.exp(-(left @ right)))
        total: np.ndarray[Any, Any] = chance.sum(axis=0)
        return total

    measured(benchmark, "plain numpy: rank 48, four logistics", SIZE[0] * SIZE[1], product)
