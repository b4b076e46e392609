"""How either side states codes is learned from what its profiles turn out to be."""

import numpy as np

from features.stated_codes import KINDS, StatedCodes

TRADES = ("1432", "2221", "3351", "3484", "-")
RIGHT = [(trade,) for trade in TRADES[:-1]] * 10


def _habits(codes: list[tuple[str, ...]], truth: list[int]) -> tuple[StatedCodes, list[float]]:
    """The codes, and the share that are wrong of those of the first side, as learned."""
    stated = StatedCodes.of(codes, np.zeros(len(codes), np.int64), TRADES)
    belief = np.eye(len(TRADES), dtype=np.float32)[truth]
    habits = stated.usual()
    for _ in range(5):
        habits = stated.learned(habits, belief)
    return stated, [float(habits[0].rates[list(KINDS).index(kind)]) for kind in KINDS] + [
        float(habits[0].rates[-1])
    ]


def test_a_side_that_errs_often_is_believed_less() -> None:
    truth = [0, 1, 2, 3] * 10
    _, careful = _habits(RIGHT, truth)
    _, careless = _habits([RIGHT[(k + k % 3) % 40] for k in range(40)], truth)
    assert careless[-1] > 2 * careful[-1]
    assert careful[0] > careless[0]


def test_a_side_that_states_wider_codes_is_read_so() -> None:
    _, found = _habits([(code[:2],) for (code,) in RIGHT], [0, 1, 2, 3] * 10)
    assert found[1] == max(found)


def test_of_several_codes_each_speaks_for_its_own_trade() -> None:
    stated = StatedCodes.of([("1432", "2221"), ("3351",)], np.zeros(2, np.int64), TRADES)
    likely = stated.likelihood(stated.usual())
    assert likely[0, 0] == likely[0, 1] > likely[0, 2]
    assert likely[1].argmax() == 2


def test_who_states_no_code_is_of_any_trade_alike() -> None:
    stated = StatedCodes.of([(), ("1432",)], np.zeros(2, np.int64), TRADES)
    assert not stated.likelihood(stated.usual())[0].any()


def test_the_habits_of_one_side_are_not_those_of_the_other() -> None:
    codes = RIGHT + [RIGHT[k - 1] for k in range(40)]
    stated = StatedCodes.of(codes, np.repeat([0, 1], 40), TRADES)
    belief = np.eye(len(TRADES), dtype=np.float32)[[0, 1, 2, 3] * 20]
    habits = stated.learned(stated.usual(), belief)
    assert habits[0].rates[-1] < habits[1].rates[-1]
