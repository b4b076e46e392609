"""The same store and question give the same bytes, whatever the machine and the workers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from api.store import Store
from made_history import tables
from running import shanhai

#: Two machines that agree in nothing but the stamp.
HERE = {
    "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1",
    "SOURCE_DATE_EPOCH": "1234567890", "USER": "wang", "LOGNAME": "wang",
}  # fmt: skip
THERE = HERE | {"LC_ALL": "C", "LANG": "de_DE.UTF-8", "TZ": "America/Los_Angeles",
                "PYTHONHASHSEED": "4242"}  # fmt: skip


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two homes with the same store and a model trained in each, here and there."""
    first, second = (tmp_path_factory.mktemp("home") for _ in range(2))
    store = Store.open(f"sqlite:///{first / 'shanhai.db'}", create=True)
    store.write(tables())
    shutil.copytree(first, second, dirs_exist_ok=True)
    (first / "cache").mkdir()
    for home, environment in ((first, HERE), (second, THERE)):
        # Vectors of texts are made once: they are slow, and no work of ours.
        shutil.copytree(first / "cache", home / "cache", dirs_exist_ok=True)
        done = shanhai("train", "--as-of", "2008-06-01", "--json", **_at(home, environment))
        assert done.status == 0, done.err
        assert done.json["published"]
    return first, second


def _at(home: Path, environment: dict[str, str]) -> dict[str, str]:
    address = f"sqlite:///{home / 'shanhai.db'}"
    return {**environment, "SHANHAI_HOME": str(home), "SHANHAI_DATABASE_URL": address}


def test_a_model_trained_twice_is_the_same_files(homes: tuple[Path, Path]) -> None:
    first, second = (
        {
            str(file.relative_to(home / "models")): file.read_bytes()
            for file in sorted((home / "models").rglob("*"))
            if file.is_file()
        }
        for home in homes
    )
    assert first == second
    assert sum(map(len, first.values())) > 1000


@pytest.mark.parametrize(
    "question",
    ["--enterprise E001", "--region 淳安县", "--enterprise E001 --resource R004"],
)
def test_a_list_is_the_same_document(homes: tuple[Path, Path], question: str) -> None:
    asked = ["match", *question.split(), "--as-of", "2008-06-01", "--json"]
    first = shanhai(*asked, **_at(homes[0], HERE))
    second = shanhai(*asked, **_at(homes[1], THERE))
    assert first.status == second.status == 0
    assert first.out == second.out and first.json["matches"]


@pytest.mark.parametrize("ending", ["xlsx", "docx", "csv"])
def test_a_list_is_the_same_file(homes: tuple[Path, Path], tmp_path: Path, ending: str) -> None:
    files = []
    for home, environment in zip(homes, (HERE, THERE), strict=True):
        out = tmp_path / home.name / f"list.{ending}"
        out.parent.mkdir()
        done = shanhai("match", "--resource", "R001", "--as-of", "2008-06-01", "--out", out,
                       "--lang", "zh", **_at(home, environment))  # fmt: skip
        assert done.status == 0, done.err
        files.append(out.read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_all_lists_are_the_same_file_with_one_worker_and_with_two(
    homes: tuple[Path, Path], tmp_path: Path, ending: str
) -> None:
    files = []
    for home, environment, workers in zip(homes, (HERE, THERE), (1, 2), strict=True):
        out = tmp_path / home.name / f"all.{ending}"
        out.parent.mkdir()
        done = shanhai("match", "--all", "enterprises", "--as-of", "2008-06-01", "--workers",
                       workers, "--out", out, "--json", **_at(home, environment))  # fmt: skip
        assert done.status == 0, done.err
        assert done.json["queries"] == 300
        files.append({file.name: file.read_bytes() for file in out.parent.iterdir()})
    assert files[0] == files[1]


def test_a_scheduler_that_is_not_there_fails_with_one_sentence(
    homes: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "all.csv"
    done = shanhai("match", "--all", "enterprises", "--scheduler", "tcp://127.0.0.1:9", "--out",
                   out, **_at(homes[0], HERE))  # fmt: skip
    assert (done.status, done.out) == (1, "")
    assert "tcp://127.0.0.1:9" in done.err
    assert not list(tmp_path.iterdir())
