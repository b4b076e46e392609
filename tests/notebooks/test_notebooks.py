"""Every notebook answers one question, is kept without outputs, and runs as it stands."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def outputs(executed: Any) -> list[Any]:
    return [out for cell in executed.cells if cell.cell_type == "code" for out in cell.outputs]


def test_each_persona_has_its_notebook_and_the_method_one() -> None:
    wanted = {"promotion_team", "enterprise", "planner", "method"}
    assert wanted <= {path.stem for path in NOTEBOOKS}


@notebooks
def test_a_notebook_begins_with_its_one_question(path: Path) -> None:
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    heading = first.source.splitlines()[0]
    assert heading.startswith("# ")
    assert "？" in heading
    assert "?" in heading


@notebooks
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    nbformat.validate(read(path))
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@notebooks
def test_a_notebook_runs_and_shows_a_table_and_a_picture(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", os.environ.get("OMP_NUM_THREADS", "1"))
    notebook = read(path)
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    shown = outputs(notebook)
    kinds = {kind for out in shown for kind in out.get("data", {})}
    assert {"text/html", "image/png"} <= kinds
    said = json.dumps([out for out in shown if out.output_type == "stream"])
    assert "missing from" not in said, "a font without the characters drawn: boxes in a picture"
