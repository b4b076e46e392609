"""The pairing graph as files: read back whole, the same bytes each time, a page without network."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from features import graph, graph_export
from features.graph import PairingGraph, PastIntroductions
from features.regions import Regions
from features.tables import Table

REGIONS = Regions.built_in()
DAY = date(2009, 6, 30)
KEQIAO, JIANGSHAN, LUCHENG = "330603", "330881", "330302"


@pytest.fixture
def made() -> PairingGraph:
    at = REGIONS.index
    past = PastIntroductions.of(
        np.array([at[KEQIAO], at[KEQIAO], at[LUCHENG]]),
        np.array([at[JIANGSHAN]] * 3),
        [np.array([732900, 732950, 733000]), np.array([733100, 0, 733200])],
    )
    return graph.build(REGIONS, as_of=DAY, past=past)


PARKS = Table.from_rows(
    "parks",
    [{"id": "PK-1", "name": "江山—柯桥<园>", "region": JIANGSHAN, "partner_region": KEQIAO}],
)


def test_edges_say_what_kind_they_are_and_how_much_they_weigh(made: PairingGraph) -> None:
    found = graph_export.networkx_graph(made, PARKS)
    assert found[KEQIAO][JIANGSHAN]["pairing"]["pairing"] == "official-2006"
    assert found[KEQIAO][JIANGSHAN]["contacted"]["weight"] == 2
    assert found[KEQIAO][JIANGSHAN]["signed"]["weight"] == 1
    assert set(found[LUCHENG][JIANGSHAN]) == {"contacted", "signed"}  # never paired
    assert found.nodes[KEQIAO]["label"] == "绍兴县"  # as it was called in 2009
    assert nx.has_path(found, KEQIAO, "park:PK-1") and nx.has_path(found, "park:PK-1", JIANGSHAN)


@pytest.mark.parametrize("ending", ["graphml", "gexf"])
def test_what_is_written_is_read_back_by_networkx(made: PairingGraph, ending: str) -> None:
    written = graph_export.rendered(Path(f"x.{ending}"), made, parks=PARKS)
    read = nx.read_graphml if ending == "graphml" else nx.read_gexf
    back = read(io.BytesIO(written))
    ours = graph_export.networkx_graph(made, PARKS)
    assert set(back.nodes) == set(ours.nodes)
    assert {n: d["label"] for n, d in back.nodes(data=True)} == dict(ours.nodes(data="label"))
    sums = [
        sorted((a, b, d["kind"], float(d["weight"])) for a, b, d in g.edges(data=True))
        for g in (back, ours)
    ]
    assert sums[0] == sums[1]


@pytest.mark.parametrize("ending", ["graphml", "gexf", "html"])
def test_the_same_graph_gives_the_same_bytes_under_any_hash_seed(ending: str) -> None:
    code = (
        "import sys, hashlib; from datetime import date; from pathlib import Path;"
        "from features import graph, graph_export; from features.regions import Regions;"
        "made = graph.build(Regions.built_in(), as_of=date(2009, 6, 30));"
        f"written = graph_export.rendered(Path('x.{ending}'), made, lang='zh');"
        "print(hashlib.sha256(written).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "Asia/Shanghai"), ("2", "America/New_York"))
    }
    assert len(said) == 1


def test_a_stamp_is_written_only_where_the_epoch_is_set(
    made: PairingGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert b"lastmodifieddate" not in graph_export.rendered(Path("x.gexf"), made)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1230768000")
    assert b'lastmodifieddate="2009-01-01"' in graph_export.rendered(Path("x.gexf"), made)


def test_the_page_needs_no_network_and_says_the_same_in_picture_and_table(
    made: PairingGraph,
) -> None:
    page = graph_export.rendered(Path("x.html"), made, lang="en").decode("utf-8")
    assert not re.search(r"https?://|@import|url\(|<link|src=", page)
    assert page.count('class="line ') == int((made.paired & ~made.coarse).sum())
    assert page.count('class="cross ') == 1
    row = re.search(rf'<tr data-code="{JIANGSHAN}">(.*?)</tr>', page, re.DOTALL)
    assert row is not None
    assert re.findall(r"<td>([0-9]+)</td>", row[1]) == ["3", "2", "1"]
    assert "绍兴县（1）" in row[1]


def test_made_up_introductions_are_marked_as_such(made: PairingGraph) -> None:
    plain = graph_export.rendered(Path("x.html"), made, lang="zh").decode("utf-8")
    marked = graph_export.rendered(Path("x.html"), made, lang="zh", made_up=True).decode("utf-8")
    assert "虚构" not in plain and "虚构" in marked
    assert b"made_up" in graph_export.rendered(Path("x.graphml"), made, made_up=True)


def test_a_name_with_markup_in_it_stays_text() -> None:
    rows = Table.from_rows(
        "regions",
        [
            {
                "code": "361127", "name": "<b>余干</b>&县", "prefecture": "上饶市",
                "prefecture_code": "361100", "side_2006": "underdeveloped",
                "lat": 28.69, "lon": 116.69,
            }
        ],
    )  # fmt: skip
    made = graph.build(REGIONS.with_rows(rows), as_of=DAY)
    page = graph_export.rendered(Path("x.html"), made, lang="zh").decode("utf-8")
    assert "<b>" not in page and "&lt;b&gt;余干&lt;/b&gt;&amp;县" in page


def test_a_file_name_of_no_known_format_is_refused_and_nothing_is_written(
    made: PairingGraph, tmp_path: Path
) -> None:
    with pytest.raises(graph_export.UnknownFormat) as refused:
        graph_export.write(tmp_path / "graph.pdf", made)
    assert "graph.pdf" in refused.value.message["zh"] and ".gexf" in refused.value.message["en"]
    assert list(tmp_path.iterdir()) == []
