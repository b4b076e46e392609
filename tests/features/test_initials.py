"""Names by the initials of their pinyin."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from features.initials import NameIndex, initials, matches

NAMES = st.text(
    st.sampled_from("缙云淳安重庆山海协作 ·ABC12()（）有限公司"), min_size=1, max_size=20
)


@given(NAMES, st.data())
def test_the_first_reading_of_any_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    held = initials(name)
    start = data.draw(st.integers(0, len(held)))
    end = data.draw(st.integers(start, len(held)))
    assert matches("".join(each[0] for each in held[start:end]), held)


def test_a_character_with_two_readings_is_found_under_both() -> None:
    assert matches("cq", initials("重庆")) and matches("zq", initials("重庆"))


def test_what_is_no_chinese_stays_and_signs_between_do_not_count() -> None:
    assert matches("jyys2", initials("缙云·演示 2")) and not matches("yj", initials("缙云"))


@given(st.lists(NAMES, max_size=6), st.text(st.sampled_from("jyczqabc12"), min_size=1, max_size=4))
def test_many_names_at_once_are_found_as_one_by_one(names: list[str], wanted: str) -> None:
    held = [initials(name) for name in names]
    found = NameIndex(held).holding(wanted).tolist()
    assert found == [i for i, one in enumerate(held) if matches(wanted, one)]
