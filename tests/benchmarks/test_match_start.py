"""One list in a fresh process: what a user waits for at the keyboard."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def _run(arguments: list[str], home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli.main", *arguments],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SHANHAI_HOME": str(home)},
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demonstration data, its texts read already."""
    home = tmp_path_factory.mktemp("home")
    _run(["init"], home)
    _run(["import", str(ROOT / "data" / "demo")], home)
    _run(["match", "--enterprise", "DEMO-E001", "--json"], home)
    return home


@pytest.mark.parametrize(
    "question", ["--enterprise DEMO-E001", "--resource DEMO-R001", "--region 330327"]
)
def test_one_list_in_a_fresh_process(benchmark: Any, home: Path, question: str) -> None:
    benchmark.pedantic(lambda: _run(["match", *question.split()], home), rounds=5)


def test_python_and_numpy_alone(benchmark: Any) -> None:
    """The floor: an interpreter that imports numpy and leaves."""
    run = [sys.executable, "-c", "import numpy"]
    benchmark.pedantic(lambda: subprocess.run(run, check=True), rounds=5)
