"""What a command loads: starting up must not cost more than the work."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from api.store import Store
from features.pairs import FEATURES
from features.schema import RESOURCE_KINDS
from made_history import tables
from models import artefact, published
from models.amounts import AmountModel
from models.rule import expert_rule
from running import ROOT

HEAVY = (
    "sklearn", "pandas", "scipy", "networkx", "sqlalchemy", "alembic", "lightgbm", "pyarrow",
    "joblib", "dask", "numba", "openpyxl", "docx", "xlsxwriter", "matplotlib",
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a store and a published model: the rule, stored as a fitted one is."""
    home = tmp_path_factory.mktemp("home")
    Store.open(f"sqlite:///{home / 'shanhai.db'}", create=True).write(tables())
    day = date(2008, 6, 1)
    amounts = AmountModel(np.ones(len(RESOURCE_KINDS)), np.ones(len(RESOURCE_KINDS)))
    model = published.store(
        home / "models", expert_rule(tuple(FEATURES)), amounts, as_of=day, cut=day
    )
    artefact.publish(home / "models", model)
    return home


@pytest.mark.parametrize(
    "question",
    [
        ["--enterprise", "E001"],
        ["--region", "淳安县", "--json"],
        ["--enterprise", "E001", "--resource", "R001"],
    ],
    ids=" ".join,
)
def test_a_list_by_a_stored_model_loads_no_learning_library(
    question: list[str], home: Path
) -> None:
    code = (
        "import sys\n"
        "from api.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as done: assert not done.code, done.code\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "match", *question], capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "SHANHAI_HOME": str(home),
             "SHANHAI_DATABASE_URL": f"sqlite:///{home / 'shanhai.db'}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "numpy" in loaded and "api" in loaded
    assert not loaded & set(HEAVY)
