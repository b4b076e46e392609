"""What an interaction makes of a market whose columns are not those it was learned from."""

import numpy as np
import pytest

from models.interactions import Trait, columns
from tests.handmade_market import enterprise, make, resource

WORDS, NUMBERS = ("red", "blue", "red"), (1.0, 2.0, 4.0)
TIERS = Trait("own:enterprise:x_tier", ("blue", "red"))
AMOUNT = Trait("own:enterprise:x_tier", ("",), centre=2.0, spread=1.0)


def _columns(trait: Trait, values: tuple[object, ...]) -> np.ndarray:
    rows = [enterprise(f"E{k}", x_tier=value) for k, value in enumerate(values)]
    return columns(trait, "enterprise", make(rows, [resource("R1")]), None)


def test_words_stand_in_their_columns_and_numbers_in_one() -> None:
    assert _columns(TIERS, WORDS).tolist() == [[0, 1], [1, 0], [0, 1]]
    assert _columns(AMOUNT, NUMBERS).tolist() == [[-1], [0], [2]]


@pytest.mark.parametrize(("trait", "values"), [(TIERS, NUMBERS), (AMOUNT, WORDS)])
def test_a_column_that_has_changed_its_kind_says_nothing(
    trait: Trait, values: tuple[object, ...]
) -> None:
    found = _columns(trait, values)
    assert found.shape == (len(values), len(trait.levels))
    assert not found.any()
