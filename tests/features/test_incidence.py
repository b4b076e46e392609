"""The two products of an incidence are those of the matrix that it stands for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features import incidence
from features.incidence import Incidence

WIDTH = 5
ROWS = st.lists(st.lists(st.integers(0, WIDTH - 1), unique=True, max_size=4), max_size=9)


@given(ROWS, st.booleans(), st.integers(1, 20))
def test_products_are_those_of_the_whole_matrix(
    rows: list[list[int]], shared: bool, block: int
) -> None:
    whole = np.zeros((len(rows), WIDTH), np.float32)
    for i, own in enumerate(rows):
        whole[i, own] = 1 / len(own) if own and shared else 1
    held = Incidence.of(rows, WIDTH, shared=shared)
    right = np.arange(WIDTH * 3, dtype=np.float32).reshape(WIDTH, 3)
    left = np.arange(len(rows) * 2, dtype=np.float32).reshape(len(rows), 2)
    before, incidence._BLOCK = incidence._BLOCK, block
    try:
        np.testing.assert_allclose(held.times(right), whole @ right, rtol=1e-5)
        np.testing.assert_allclose(held.gathered(left), whole.T @ left, rtol=1e-5)
    finally:
        incidence._BLOCK = before
    some = np.arange(len(rows))[::2]
    np.testing.assert_allclose(held.rows(some).times(right), whole[some] @ right, rtol=1e-5)
