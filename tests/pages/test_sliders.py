"""A slider and its number in one form: whichever was moved counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.pages.sliders import Slider, chosen

_VALUES = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 4))
_WIDTHS = st.floats(1e-3, 1e6).map(lambda width: round(width, 4))


def _sent(slider: Slider, value: str, **more: str) -> dict[str, str]:
    form = {"a": value, "a.was": value, "a.slider": slider.at, "a.slider.was": slider.at}
    return form | {name.replace("_", "."): said for name, said in more.items()}


@given(_VALUES, _WIDTHS, _VALUES, st.booleans())
def test_a_slider_stands_within_its_range_and_on_a_step(
    low: float, width: float, value: float, whole: bool
) -> None:
    slider = Slider.over(low, low + width, f"{value:.10g}", whole=whole)
    at, step = float(slider.at), float(slider.step)
    assert low - 1e-6 <= at <= low + width + 1e-6
    steps = (at - float(slider.low)) / step
    assert abs(steps - round(steps)) < 1e-3
    assert not whole or step == int(step)


@given(_VALUES, _WIDTHS, _VALUES)
def test_a_form_sent_as_it_was_shown_says_the_number(
    low: float, width: float, value: float
) -> None:
    written = f"{value:.10g}"
    slider = Slider.over(low, low + width, written, whole=False)
    assert chosen(_sent(slider, written), "a") == written


def test_a_slider_that_was_moved_counts_where_the_number_was_left() -> None:
    slider = Slider.over(0, 100, "40", whole=True)
    assert chosen(_sent(slider, "40", a_slider="55"), "a") == "55"


def test_the_number_counts_where_both_were_changed() -> None:
    slider = Slider.over(0, 100, "40", whole=True)
    assert chosen(_sent(slider, "40", a_slider="55") | {"a": "60"}, "a") == "60"


def test_a_term_that_is_not_stated_is_left_alone_unless_something_is_moved() -> None:
    slider = Slider.over(5, 9, "", whole=False)
    assert chosen(_sent(slider, ""), "a") == ""
    assert chosen(_sent(slider, "", a_slider="7"), "a") == "7"
