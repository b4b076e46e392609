"""Rows looked for by name, code and initials."""

from __future__ import annotations

from api.store import Store
from api.usecases import searching
from features.tables import Table


def _written(store: Store, *names: str) -> None:
    rows = [
        {"id": f"E-{i}", "name": name, "kind": "company", "region": "330109", "industry": "17"}
        for i, name in enumerate(names)
    ]
    store.write([Table.from_rows("enterprises", rows)])


def _found(store: Store, wanted: str) -> list[str]:
    return [entry.name for entry in searching.find(store, "enterprises", wanted)]


def test_a_name_is_found_by_part_code_and_initials(store: Store) -> None:
    _written(store, "萧山化纤", "富阳造纸", "萧山服装")
    assert _found(store, "化纤") == ["萧山化纤"]
    assert _found(store, " e-1 ") == ["富阳造纸"]
    assert _found(store, "XSF") == ["萧山服装"]
    assert _found(store, "qq") == [] and _found(store, "  ") == []


def test_the_whole_name_comes_first_and_then_what_begins_so(store: Store) -> None:
    _written(store, "大造纸", "造纸", "造纸机械")
    assert _found(store, "造纸") == ["造纸", "造纸机械", "大造纸"]


def test_a_row_is_found_from_the_moment_it_is_stored(store: Store) -> None:
    _written(store, "萧山化纤")
    assert _found(store, "fy") == []
    _written(store, "萧山化纤", "富阳造纸")
    assert _found(store, "fy") == ["富阳造纸"]
