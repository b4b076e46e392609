"""Bad CSV files: encodings, quotes, headers, rows; and several files together."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.findings import FindingsError
from features.place_names import excerpt
from tests.features.bad_text_files import BAD_TEXT_FILES, Said
from tests.features.import_files import GOOD, csv_of, file_of, read, refused


@pytest.mark.parametrize(
    ("name", "content", "said"),
    BAD_TEXT_FILES,
    ids=[f"{i}-{said[0][0]}" for i, (_, _, said) in enumerate(BAD_TEXT_FILES)],
)
def test_a_bad_csv_file_is_told_with_all_that_is_wrong(
    tmp_path: Path, name: str, content: bytes, said: list[Said]
) -> None:
    findings = refused(file_of(tmp_path, name, content))
    assert [(f.code, f.row, f.column, f.value) for f in findings] == said
    for finding in findings:
        assert finding.file == name
        for lang in ("zh", "en"):
            assert excerpt(finding.value or "") in finding.message[lang]


def test_the_remedy_names_what_may_have_been_meant(tmp_path: Path) -> None:
    row = GOOD["enterprises"] | {"region": "桐芦县", "kind": "compnay"}
    kind, region = refused(csv_of(tmp_path, "enterprises", row))
    assert "company" in kind.message["en"] and "company" in kind.message["zh"]
    assert "330122" in region.message["zh"] and "330122" in region.message["en"]


def test_a_duplicate_across_files_names_the_first_place(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = csv_of(tmp_path / "a", "enterprises", GOOD["enterprises"])
    other = csv_of(tmp_path / "b", "enterprises", GOOD["enterprises"])
    (finding,) = refused(one, other)
    assert (finding.code, finding.file, finding.row) == ("duplicate_key", str(other), 2)
    assert str(one) in finding.message["zh"] and str(one) in finding.message["en"]


def test_two_files_of_one_table_must_have_the_same_columns(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = csv_of(tmp_path / "a", "enterprises", GOOD["enterprises"])
    other = csv_of(tmp_path / "b", "enterprises", GOOD["enterprises"] | {"id": "E3", "growth": "0"})
    (finding,) = refused(one, other)
    assert (finding.code, finding.row, finding.value) == ("columns_differ", 1, "growth")


def test_all_findings_come_at_once_in_order_and_capped_with_their_total(tmp_path: Path) -> None:
    rows = [GOOD["enterprises"] | {"id": f"E{i}", "region": "x", "growth": "y"} for i in range(50)]
    path = csv_of(tmp_path, "enterprises", *rows)
    with pytest.raises(FindingsError) as caught:
        read(path, cap=7)
    assert caught.value.total == 100
    assert [(f.row, f.column) for f in caught.value.findings] == [
        (2, "region"), (2, "growth"), (3, "region"), (3, "growth"), (4, "region"), (4, "growth"),
        (5, "region"),
    ]  # fmt: skip


def test_findings_of_several_files_stand_in_the_order_of_the_files(tmp_path: Path) -> None:
    resources = csv_of(tmp_path, "resources", GOOD["resources"] | {"kind": "?"})
    enterprises = csv_of(tmp_path, "enterprises", GOOD["enterprises"] | {"kind": "?"})
    assert [f.file for f in refused(resources, enterprises)] == [
        "resources.csv", "enterprises.csv",
    ]  # fmt: skip


def test_a_reference_to_a_bad_row_is_no_second_finding(tmp_path: Path) -> None:
    csv_of(tmp_path, "enterprises", GOOD["enterprises"] | {"region": "桐芦县"})
    csv_of(tmp_path, "outcomes", GOOD["outcomes"] | {"enterprise_id": "E2"})
    assert [f.code for f in refused(tmp_path)] == ["unknown_region"]


def test_references_into_a_table_that_cannot_be_read_are_not_judged(tmp_path: Path) -> None:
    file_of(tmp_path, "enterprises.csv", b"\xff\xfeabc")
    csv_of(tmp_path, "outcomes", GOOD["outcomes"] | {"enterprise_id": "E77"})
    assert [f.code for f in refused(tmp_path)] == ["encoding"]


def test_a_file_over_the_limit_is_refused_unopened(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "enterprises", GOOD["enterprises"])
    (finding,) = refused(path, max_bytes=20)
    assert (finding.code, finding.value) == ("file_too_large", "enterprises.csv")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path / "enterprises.csv")
    assert finding.code == "no_such_file"


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    file_of(tmp_path, "notes.csv", "a,b\n")
    (finding,) = refused(tmp_path)
    assert finding.code == "folder_without_tables"


def test_a_pipe_or_a_device_is_no_file(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "enterprises.csv")
    (finding,) = refused(tmp_path / "enterprises.csv")
    assert finding.code == "no_such_file"


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "enterprises.csv").symlink_to(tmp_path / "enterprises.csv")
    (finding,) = refused(tmp_path / "enterprises.csv")
    assert finding.code == "unreadable"
