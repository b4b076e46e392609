"""Parts put together: with numpy and in compiled loops alike, to the last bit."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.pairs import OPERATIONS, Form
from models.block_parts import Bends, Formed, Parts
from models.block_terms import Curve
from models.compiling import loop_folder
from models.engine import WORTH_STARTING, at_hand
from models.fused import FusedWeighing
from models.stages import BlockScorer
from models.steady_logistic import logistic, six_digits
from models.weighing import PlainWeighing
from tests.handmade_market import Row, make, rows
from tests.models.made_fit import random_model, rule
from tests.models.made_world import market

FUSED, PLAIN = FusedWeighing(), PlainWeighing()


def made_bends(rng: np.random.Generator, curves: int) -> Bends:
    lines = rng.integers(1, 4, curves)
    first = np.cumsum([0, *lines])
    knot = rng.normal(size=first[-1]).astype(np.float32)
    knot[first[:-1]] = -np.inf
    return Bends(
        first, knot, rng.normal(size=(first[-1], 4)).astype(np.float32),
        rng.normal(size=(curves, 4)).astype(np.float32),
    )  # fmt: skip


@st.composite
def made_parts(draw: st.DrawFn) -> Parts:
    """Arrays of every size, none included, with holes and mixed weights."""
    e, r, k, g, t, c = (draw(st.integers(0, most)) for most in (5, 40, 3, 4, 3, 4))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    spread = draw(st.sampled_from([0.1, 3.0, 60.0]))

    def normal(*shape: int) -> np.ndarray:
        return (spread * rng.normal(size=shape)).astype(np.float32)

    values = normal(c, e, r)
    values[rng.random(values.shape) < draw(st.sampled_from([0.0, 0.3, 1.0]))] = np.nan
    t = t if g else 0
    weight = rng.choice(np.array([0, 0.25, 1], np.float32), (e, t))
    formed = made_formed(rng, draw(st.integers(0, 5)), e, r)
    return Parts(
        normal(4, e), normal(4, r), normal(4, e, k), normal(k, r), normal(g, 4, r),
        rng.integers(0, max(g, 1), (e, t)).astype(np.int32), weight,
        made_bends(rng, len(formed.forms) + c), formed, values,
    )  # fmt: skip


def made_formed(rng: np.random.Generator, forms: int, e: int, r: int) -> Formed:
    """Figures with holes, zeros and settled values, for every operation and bound."""

    def figures(n: int) -> np.ndarray:
        found = rng.normal(size=n).astype(np.float32)
        found[rng.random(n) < 0.2] = np.nan
        found[rng.random(n) < 0.2] = 0
        return found

    made = []
    for f in range(forms):
        operation = OPERATIONS[f % len(OPERATIONS)]
        # A share may be of nothing: as in every feature, it is bounded.
        least, most = [-1], [1]
        if operation != "share":
            least, most = [-np.inf, -1], [np.inf, 1]
        made.append(
            Form(
                operation, figures(e), figures(r), rng.choice(least), rng.choice(most),
                figures(e) if f % 2 else None,
            )
        )  # fmt: skip
    return Formed.gathered(made, rng.normal(size=forms).astype(np.float32), e, r)


def scores(weighing: FusedWeighing | PlainWeighing, parts: Parts) -> np.ndarray:
    out = np.full((parts.own.shape[1], parts.others.shape[1]), np.nan, np.float32)
    weighing.scores(parts, out)
    return out


@given(made_parts())
@settings(max_examples=60, deadline=None)
def test_compiled_loops_give_the_same_scores_to_the_last_bit(parts: Parts) -> None:
    plain = scores(PLAIN, parts)
    assert scores(FUSED, parts).tobytes() == plain.tobytes()
    assert ((plain >= 0) & (plain <= 4)).all()


@given(made_parts())
@settings(max_examples=40, deadline=None)
def test_compiled_loops_fill_tables_with_the_same_rows_to_the_last_bit(parts: Parts) -> None:
    parts = replace(parts, bends=made_bends(np.random.default_rng(0), len(parts.values)))
    plain = PLAIN.fill(parts.bends, parts.values) + np.float32(0)
    assert (FUSED.fill(parts.bends, parts.values) + np.float32(0)).tobytes() == plain.tobytes()


@given(made_parts(), st.integers(0, 5), st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_a_pair_scores_the_same_to_the_last_bit_in_any_block(parts: Parts, i: int, j: int) -> None:
    rows_, columns = parts.own.shape[1], parts.others.shape[1]
    left = Parts(
        parts.own[:, :i], parts.others[:, j:], parts.mine[:, :i], parts.theirs[:, j:],
        np.ascontiguousarray(parts.rows[:, :, j:]), parts.index[:i], parts.weight[:i],
        parts.bends, parts.formed.within(np.arange(rows_)[:i], np.arange(columns)[j:]),
        np.ascontiguousarray(parts.values[:, :i, j:]),
    )  # fmt: skip
    assert scores(PLAIN, left).tobytes() == scores(PLAIN, parts)[:i, j:].tobytes()


@given(rows(), st.integers(0, 1000))
@settings(max_examples=8, deadline=None)
def test_any_market_is_scored_alike_by_both(drawn: tuple[list[Row], list[Row]], seed: int) -> None:
    world = make(*drawn)
    everyone = np.arange(len(world.enterprises)), np.arange(len(world.resources))
    for model in (random_model(world, seed), rule()):
        scorer = BlockScorer(model, world)
        plain = scorer.scores(*everyone)
        assert scorer.scores(*everyone, weighing=FUSED).tobytes() == plain.tobytes()


@given(rows(), st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_one_list_scores_the_same_to_the_last_bit_where_shared_rows_are_kept(
    drawn: tuple[list[Row], list[Row]], seed: int
) -> None:
    drawn_market = make(*drawn)
    model = random_model(drawn_market, seed)
    plain, kept = BlockScorer(model, drawn_market), BlockScorer(model, drawn_market)
    kept.keep_whole()
    e, r = (np.arange(len(s)) for s in (drawn_market.enterprises, drawn_market.resources))
    for own, others in [(e[i : i + 1], r) for i in e] + [(e, r[i : i + 1]) for i in r]:
        for weighing in (PLAIN, FUSED):
            scores = kept.scores(own, others, weighing=weighing)
            assert (scores == plain.scores(own, others, weighing=PLAIN)).all()


def test_a_world_with_history_is_scored_alike_by_both_and_row_by_row() -> None:
    world = market()
    scorer = BlockScorer(random_model(world, 3), world)
    e, r = np.arange(len(world.enterprises)), np.arange(len(world.resources))
    plain = scorer.scores(e, r)
    assert scorer.scores(e, r, weighing=FUSED).tobytes() == plain.tobytes()
    rowwise = scorer.of_pairs(np.repeat(e, len(r)), np.tile(r, len(e))).sum(axis=0)
    np.testing.assert_allclose(rowwise, plain.ravel(), atol=1e-5)


@given(st.lists(st.floats(-200, 200, width=32), max_size=30))
def test_the_logistic_function_is_right_to_the_last_digits(values: list[float]) -> None:
    x = np.array(values, np.float32)
    exact = 1 / (1 + np.exp(-x.astype(np.float64)))
    # float32 ends at about 1e-38.
    np.testing.assert_allclose(logistic(x), exact, rtol=5e-7, atol=2e-38)


def test_what_is_no_number_stays_none() -> None:
    assert np.isnan(logistic(np.array([np.nan], np.float32))).all()
    assert logistic(np.array([-np.inf, np.inf], np.float32)) == pytest.approx([0, 1])


def test_a_score_keeps_six_digits() -> None:
    score = np.array([1.23456789, 3.9999999, 0, -np.inf], np.float32)
    assert six_digits(score).tolist()[:3] == [np.float32(1.234568), 4.0, 0.0]
    assert score[3] == -np.inf


def test_a_curve_bends_where_it_says_and_tells_what_is_not_known() -> None:
    # 2·x + 3·max(x, 1), of a value less its centre; 7 where it is not known.
    bends = Bends(
        np.array([0, 2]), np.array([-np.inf, 1], np.float32),
        np.array([[2] * 4, [3] * 4], np.float32), np.full((1, 4), 4, np.float32),
    )  # fmt: skip
    values = np.array([[[0, 1, 2, np.nan]]], np.float32)
    # 0 + 3; 2 + 3; 4 + 6; not known counts as 0, so 3 + 4.
    for weighing in (PLAIN, FUSED):
        assert weighing.fill(bends, values)[0].tolist() == [[3, 5, 10, 7]] * 4


def test_no_curves_are_no_lines() -> None:
    none: list[Curve] = []
    assert Bends.of(none).first.tolist() == [0]
    assert PLAIN.fill(Bends.of(none), np.zeros((0, 2, 3), np.float32)).shape == (2, 4, 3)


def test_plain_numpy_is_at_hand_until_the_loops_are_started() -> None:
    assert isinstance(at_hand(), PlainWeighing) and WORTH_STARTING > 1_000_000


def test_loops_are_kept_only_where_nobody_else_can_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path / "home"))
    folder = loop_folder()
    assert folder == tmp_path / "home" / "loops" and folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    assert loop_folder() is None
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path / "file"))
    assert loop_folder() is None


def test_loops_run_where_they_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code = (
        "import numpy as np; from models.compiling import compiled\n"
        "print(compiled(lambda x: x + 1)(2))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "SHANHAI_HOME": str(tmp_path / "file"), "NUMBA_CACHE_DIR": "",
             "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.stdout.strip() == "3"
