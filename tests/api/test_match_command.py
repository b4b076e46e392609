"""``shanhai match`` as a user runs it: what it prints, writes, logs and loads."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from api.store import Store
from features.tables import Table, Value
from running import ROOT, shanhai

_PHONE = "0571-7654321"
_EPOCH = "1234567890"


@pytest.fixture(scope="session")
def text_vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the vectors of texts are kept from one test to the next: they take seconds to make."""
    return tmp_path_factory.mktemp("vectors") / "cache"


@pytest.fixture(autouse=True)
def market(
    store_url: str, tmp_path: Path, text_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> Store:
    """A store with a few rows on each side."""
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", _EPOCH)
    (tmp_path / "home").mkdir()
    text_vectors.mkdir(exist_ok=True)
    (tmp_path / "home" / "cache").symlink_to(text_vectors)
    enterprises: list[dict[str, Value]] = [
        {"id": f"E-{i}", "name": f"测试企业{i}", "kind": "company", "region": region,
         "industry": industry, "intents": ("invest", "hire"), "budget_wan": 500.0 * (i + 1),
         "pollution_level": i % 3, "phone": _PHONE, "description": text}
        for i, (region, industry, text) in enumerate([
            ("330109", "1761", "化纤面料织造"), ("330109", "1830", "童装加工"),
            ("330212", "3670", "汽车零部件"), ("330282", "3812", "小型电机"),
        ])
    ]  # fmt: skip
    resources: list[dict[str, Value]] = [
        {"id": f"R-{i}", "name": f"测试资源{i}", "kind": kind, "region": region,
         "industries": industries, "land_mu": 100.0, "max_pollution": 1, "phone": _PHONE}
        for i, (kind, region, industries) in enumerate([
            ("land", "330127", ("17", "18")), ("factory", "330881", ("36",)),
            ("labour", "331121", None),
        ])
    ]  # fmt: skip
    outcome: dict[str, Value] = {
        "enterprise_id": "E-0", "resource_id": "R-0", "date": date(2008, 3, 1), "stage": "signed",
    }  # fmt: skip
    store = Store.open(store_url)
    store.write(
        {
            "enterprises": Table.from_rows("enterprises", enterprises),
            "resources": Table.from_rows("resources", resources),
            "outcomes": Table.from_rows("outcomes", [outcome]),
        }
    )
    return store


def test_a_list_is_one_json_document_whose_score_adds_up(market: Store) -> None:
    done = shanhai("match", "--enterprise", "测试企业1", "--json")
    assert (done.status, done.err) == (0, "")
    document: dict[str, Any] = done.json
    assert document["query"] == {"side": "enterprise", "id": "E-1", "name": "测试企业1"}
    assert document["generated_at"] == "2009-02-13T23:31:30Z"
    assert document["model"]["id"] == "rule"
    scores = [match["score"] for match in document["matches"]]
    assert scores == sorted(scores, reverse=True) and scores
    for match in document["matches"]:
        parts = sum(reason["contribution"] for reason in match["reasons"])
        assert match["base"] + parts + match["other"] == pytest.approx(match["score"], abs=1e-5)
        steps = [match["probability"][s] for s in ("signed", "started", "funded", "completed")]
        assert steps == sorted(steps, reverse=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--enterprise", "E-1"],
        ["--enterprise", "E-1", "--lang", "en"],
        ["--enterprise", "E-1", "--json"],
        ["--resource", "R-0"],
        ["--region", "淳安县"],
        ["--region", "萧山区", "--json"],
        ["--enterprise", "E-0", "--resource", "R-0", "--lang", "en"],
        ["--enterprise", "E-0", "--resource", "R-0", "--json"],
    ],
    ids=" ".join,
)
def test_every_list_fits_a_terminal_and_shows_no_contact(arguments: list[str]) -> None:
    done = shanhai("match", *arguments)
    assert (done.status, done.err) == (0, "")
    assert "--json" in arguments or all(cell_len(li) <= 100 for li in done.out.splitlines())
    assert _PHONE not in done.out


def test_contacts_are_shown_where_asked_for() -> None:
    assert _PHONE in shanhai("match", "--enterprise", "E-1", "--contacts").out


def test_a_pair_that_is_not_possible_says_why_and_is_no_failure() -> None:
    done = shanhai("match", "--enterprise", "E-2", "--resource", "R-0", "--json")
    assert done.status == 0
    assert done.json["possible"] is False
    assert [bar["code"] for bar in done.json["barred"]] == ["pollution"]
    signed = shanhai("match", "--enterprise", "E-0", "--resource", "R-0", "--json")
    assert [bar["code"] for bar in signed.json["barred"]] == ["signed"]


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx", "docx"])
def test_a_file_is_in_the_format_of_its_ending_and_always_the_same_bytes(
    ending: str, tmp_path: Path
) -> None:
    arguments = ["match", "--resource", "R-0", "--as-of", "2009-01-01", "--lang", "zh"]
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    assert shanhai(*arguments, "--out", first).status == 0
    other = {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    assert shanhai(*arguments, "--out", second, **other).status == 0
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes()[:2] == {"json": b"{\n", "csv": b"\xef\xbb"}.get(ending, b"PK")


def test_every_list_handed_out_is_logged(market: Store) -> None:
    shanhai("match", "--enterprise", "E-1", "--top", "2", "--as-of", "2009-01-01")
    shanhai("match", "--all", "resources", "--out", Path(market.address.place).with_suffix(".csv"))
    first, second = sorted(market.lists(), key=lambda entry: str(entry.query["side"]))
    assert (first.query["id"], first.model_id, first.as_of) == ("E-1", "rule", date(2009, 1, 1))
    assert first.at == "2009-02-13T23:31:30Z" and first.by
    assert [row["rank"] for row in first.rows] == [1, 2]
    assert second.query == {"side": "resources", "id": "all"}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_all_lists_are_written_in_one_file(ending: str, tmp_path: Path) -> None:
    out = tmp_path / f"all.{ending}"
    done = shanhai("match", "--all", "enterprises", "--top", "2", "--out", out, "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json["queries"] == 4 and done.json["rows"] > 4
    assert out.stat().st_size > 0


def test_a_list_needs_neither_sqlalchemy_nor_the_learning_libraries(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom api.cli.main import main\n"
        "try: main(['match', '--enterprise', 'E-1', '--json', '--out', sys.argv[1]])\n"
        "except SystemExit as done: assert not done.code, done.code\n"
        "heavy = {'sqlalchemy', 'alembic', 'pandas', 'sklearn', 'scipy', 'networkx', 'pydantic',"
        " 'lightgbm', 'openpyxl', 'numba'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    out = tmp_path / "list.json"
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert json.loads(out.read_text(encoding="utf-8"))["matches"]
