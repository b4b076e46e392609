"""Bad workbooks: broken cells, broken packages, hostile ones, and those of another kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.place_names import excerpt
from tests.features.bad_packages import BAD_PACKAGES
from tests.features.bad_workbooks import BAD_WORKBOOK_CELLS, Make, Said
from tests.features.import_files import refused

_CASES = BAD_WORKBOOK_CELLS | BAD_PACKAGES


@pytest.mark.parametrize(("make", "said"), _CASES.values(), ids=_CASES)
def test_a_bad_workbook_is_told_with_all_that_is_wrong(
    tmp_path: Path, make: Make, said: list[Said]
) -> None:
    path = make(tmp_path)
    findings = refused(path)
    assert [(f.code, f.row, f.column, f.value) for f in findings] == said
    for finding in findings:
        assert finding.file == path.name
        assert finding.row is None or finding.sheet is not None
        for lang in ("zh", "en"):
            assert excerpt(finding.value or "") in finding.message[lang]
