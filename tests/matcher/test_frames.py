"""A match list as a data frame."""

from __future__ import annotations

from matcher.frames import as_frame
from tests.handmade_lists import LIST


def test_a_frame_has_a_row_a_match_with_the_lists_figures() -> None:
    found = LIST
    frame = as_frame(found, "en")
    assert list(frame.index) == [m.candidate_id for m in found.matches]
    assert list(frame["p_signed"]) == [m.probability["signed"] for m in found.matches]
    assert list(frame["region"]) == [m.region_name["en"] for m in found.matches]
    assert (frame["low"] <= frame["p_signed"]).all()
