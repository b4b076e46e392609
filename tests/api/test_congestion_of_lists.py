"""``match --congestion on`` on the model's own scores, as the command and its use case give it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from api.index.keeper import Keeper
from api.store import Store
from api.usecases import balancing, kept, match
from features.tables import Table
from matcher.match_list import MatchList
from running import shanhai

_DAY = date(2009, 1, 1)


@pytest.fixture
def market(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Six weavers; one place that welcomes them most, and two others."""
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1230768000")
    store = Store.open(store_url)
    enterprises = [
        {
            "id": f"E-{i}", "name": f"测试企业{i}", "kind": "company", "region": "330109",
            "industry": "1761", "budget_wan": 500.0 + 100 * i,
        }
        for i in range(6)
    ]  # fmt: skip
    resources = [
        {
            "id": f"R-{k}", "name": f"测试资源{k}", "kind": "land", "region": "330127",
            "land_mu": 90.0 - 30 * k,
        }
        for k in range(3)
    ]  # fmt: skip
    store.write(
        {
            "enterprises": Table.from_rows("enterprises", enterprises),
            "resources": Table.from_rows("resources", resources),
        }
    )
    return store


def _listed(store: Store, **asked: object) -> MatchList:
    answer = match.run(store, as_of=_DAY, congestion=True, **asked)  # type: ignore[arg-type]
    assert isinstance(answer, MatchList)
    return answer


def test_however_many_lists_are_asked_for_few_equilibria_are_held(market: Store) -> None:
    keeper = Keeper(market)
    kept.keep(market, keeper)
    asked = [_listed(market, enterprise="E-1", top=top) for top in range(1, 12)]
    assert len(keeper.ranking(_DAY).kept) == kept.MOST < len(asked)
    assert _listed(market, enterprise="E-1", top=1).matches == asked[0].matches


def test_the_equilibrium_is_worked_out_once_and_again_where_the_data_changes(market: Store) -> None:
    first = _listed(market, enterprise="E-1")
    files = list(balancing.folder().glob("*.npz"))
    assert len(files) == 1
    assert _listed(market, enterprise="E-2").congestion == first.congestion
    assert list(balancing.folder().glob("*.npz")) == files
    # Whatever is damaged is worked out again.
    files[0].write_bytes(b"PK\x03\x04 nothing of use")
    assert _listed(market, enterprise="E-1") == first
    market.write(
        {"resources": Table.from_rows("resources", [{"id": "R-2", "land_mu": 500.0}])}
    )  # fmt: skip
    _listed(market, enterprise="E-1")
    assert len(list(balancing.folder().glob("*.npz"))) == 2


@pytest.mark.parametrize(
    "asked",
    [{"enterprise": "E-1"}, {"resource": "R-1"}, {"region": "330127"}],
    ids=lambda a: "".join(a),
)
def test_every_kind_of_list_tells_what_it_comes_to(market: Store, asked: dict[str, str]) -> None:
    answer = _listed(market, **asked)
    assert answer.congestion is not None and answer.matches
    assert set(answer.congestion) == {"lists", "naive", "equilibrium"}
    match.hand_out(market, answer)
    assert market.lists()[0].filters["congestion"] == answer.congestion


def test_all_lists_are_the_single_ones_and_the_same_bytes_with_two_workers(
    market: Store, tmp_path: Path
) -> None:
    files = [tmp_path / f"lists{workers}.jsonl" for workers in (1, 2)]
    for workers, out in enumerate(files, start=1):
        report = match.run_all(
            market, "enterprises", out=out, workers=workers, as_of=_DAY, congestion=True
        )
    assert files[0].read_bytes() == files[1].read_bytes()
    rows = [json.loads(line) for line in files[0].read_text(encoding="utf-8").splitlines()]
    single = _listed(market, enterprise="E-3")
    assert report.congestion == single.congestion
    assert [r["candidate_id"] for r in rows if r["query_id"] == "E-3"] == [
        m.candidate_id for m in single.matches
    ]


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "相比之下"), ("en", "By comparison")], ids=["zh", "en"]
)
def test_the_command_says_which_lists_went_out(market: Store, lang: str, said: str) -> None:
    done = shanhai("match", "--enterprise", "E-1", "--congestion", "on", lang=lang)
    assert done.status == 0 and said in done.out
