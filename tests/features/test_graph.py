"""The pairing graph: who is paired on a date, what history says, and that it never looks ahead."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import data
from features import graph
from features.graph import PairingGraph, PastIntroductions, UnknownPairing
from features.regions import Regions
from features.tables import Table

REGIONS = Regions.built_in()
N = len(REGIONS)
AT = REGIONS.index
OLD = date(2006, 1, 1).toordinal()
DAY = date(2009, 6, 30)

YUHANG, LINPING, QIANTANG, XIACHENG = "330110", "330113", "330114", "330103"
CANGNAN, LONGGANG, CHUNAN = "330327", "330383", "330127"
HANGZHOU, WENZHOU, QUZHOU, JIANGSHAN, KEQIAO = "330100", "330300", "330800", "330881", "330603"


def pairing(*rows: tuple[str, str, str, date, date | None]) -> Table:
    names = ("pairing", "developed_region", "underdeveloped_region", "valid_from", "valid_until")
    return Table.from_rows("pairings", [dict(zip(names, row, strict=True)) for row in rows])


def partners(found: PairingGraph, code: str) -> set[str]:
    counties = (i for i in np.flatnonzero(found.paired[:, AT[code]]).tolist())
    return {REGIONS.codes[i] for i in counties if not REGIONS.is_prefecture(REGIONS.codes[i])}


@st.composite
def histories(draw: st.DrawFn, most: int = 40) -> PastIntroductions:
    entry = st.tuples(
        st.integers(-1, N - 1),
        st.integers(-1, N - 1),
        st.integers(OLD, DAY.toordinal() + 400),
        st.integers(0, 4),
    )
    columns = np.array(draw(st.lists(entry, max_size=most)), np.int32).reshape(-1, 4).T
    return PastIntroductions(columns[0], columns[1], columns[2], columns[3].astype(np.int8))


def joined(a: PastIntroductions, b: PastIntroductions) -> PastIntroductions:
    names = ("developed", "underdeveloped", "day", "stage")
    return PastIntroductions(*(np.concatenate([getattr(a, n), getattr(b, n)]) for n in names))


MATRICES = (
    "paired", "coarse", "path_length", "common_partners", "pagerank", "line_contacts",
    "line_signed",
)  # fmt: skip


def same(a: PairingGraph, b: PairingGraph) -> bool:
    return a.named == b.named and all(
        np.array_equal(getattr(a, name), getattr(b, name)) for name in MATRICES
    )


# --- the pairing in force ---


def test_the_lines_of_the_plan_are_those_of_the_built_in_table() -> None:
    found = graph.build(REGIONS, as_of=DAY)
    rows = {(r["developed_region"], r["underdeveloped_region"]) for r in data.rows("pairings")}
    heirs = {LONGGANG, LINPING}
    lines = {
        (REGIONS.codes[i], REGIONS.codes[j])
        for i, j in np.argwhere(found.paired & ~found.coarse).tolist()
    }
    assert {line for line in lines if not heirs & set(line)} == rows


def test_new_units_inherit_from_what_they_were_split_from_and_merged_ones_lend_to_none() -> None:
    found = graph.build(REGIONS, as_of=DAY)
    assert partners(found, LONGGANG) == partners(found, CANGNAN) != set()
    assert np.array_equal(found.paired[AT[LINPING]], found.paired[AT[YUHANG]])
    assert found.paired[AT[YUHANG]].any()
    for code in (QIANTANG, XIACHENG):
        assert not found.paired[AT[code]].any() and not found.paired[:, AT[code]].any()


def test_a_city_counts_as_paired_if_a_member_is_and_says_that_this_is_coarse() -> None:
    found = graph.build(REGIONS, as_of=DAY)
    hangzhou, jiangshan, quzhou = AT[HANGZHOU], AT[JIANGSHAN], AT[QUZHOU]
    assert found.paired[hangzhou, jiangshan] and found.coarse[hangzhou, jiangshan]
    assert found.paired[hangzhou, quzhou] and found.coarse[hangzhou, quzhou]
    assert not found.coarse[AT[KEQIAO], jiangshan]
    assert not found.paired[AT[WENZHOU], quzhou]
    assert not (found.coarse & ~found.paired).any()


def test_a_row_that_names_whole_cities_holds_for_their_members_of_the_right_side() -> None:
    rows = pairing(("cities", HANGZHOU, WENZHOU, date(2010, 1, 1), None))
    found = graph.build(REGIONS, rows, pairing="cities", as_of=date(2012, 1, 1))
    assert partners(found, CANGNAN) == set(REGIONS.members(HANGZHOU)) - {CHUNAN}
    assert partners(found, "330302") == set()  # 鹿城区 gives; it does not receive
    assert partners(found, JIANGSHAN) == set()
    assert found.paired[AT[HANGZHOU], AT[CANGNAN]] and not found.coarse[AT[HANGZHOU], AT[CANGNAN]]


def test_the_latest_pairing_valid_on_the_day_that_names_the_region_is_in_force() -> None:
    rows = pairing(
        ("early", KEQIAO, CHUNAN, date(2008, 1, 1), date(2010, 12, 31)),
        ("late", YUHANG, CHUNAN, date(2010, 1, 1), date(2011, 12, 31)),
        ("late", "330302", JIANGSHAN, date(2015, 1, 1), None),
    )
    official = partners(graph.build(REGIONS, as_of=DAY), CHUNAN)

    def on(day: date, name: str | None = None) -> set[str]:
        return partners(graph.build(REGIONS, rows, pairing=name, as_of=day), CHUNAN)

    assert on(date(2007, 12, 31)) == official
    assert on(date(2008, 1, 1)) == {KEQIAO}
    assert on(date(2010, 6, 1)) == {YUHANG, LINPING}
    assert on(date(2011, 12, 31)) == {YUHANG, LINPING}
    assert on(date(2012, 1, 1)) == official
    assert on(date(2012, 1, 1), "early") == {KEQIAO}  # asked for by name, though it has ended
    assert on(date(2010, 6, 1), "official-2006") == official
    assert on(date(2005, 12, 31)) == set()
    found = graph.build(REGIONS, rows, as_of=date(2010, 6, 1))
    assert (found.named[AT[CHUNAN]], found.named[AT[JIANGSHAN]]) == ("late", "official-2006")


def test_a_pairing_that_names_the_new_unit_itself_leaves_nothing_to_inherit() -> None:
    rows = pairing(
        ("new", YUHANG, CANGNAN, date(2021, 1, 1), None),
        ("new", LINPING, LONGGANG, date(2021, 1, 1), None),
    )
    found = graph.build(REGIONS, rows, as_of=date(2022, 1, 1))
    assert partners(found, CANGNAN) == {YUHANG}
    assert partners(found, LONGGANG) == {LINPING}


def test_a_users_row_of_the_same_key_ends_a_line_of_the_plan() -> None:
    first = data.rows("pairings")[0]
    developed, underdeveloped = first["developed_region"], first["underdeveloped_region"]
    rows = pairing(
        ("official-2006", developed, underdeveloped, date(2006, 1, 1), date(2007, 12, 31))
    )
    assert graph.build(REGIONS, rows, as_of=date(2007, 12, 31)).paired[
        AT[developed], AT[underdeveloped]
    ]
    assert not graph.build(REGIONS, rows, as_of=DAY).paired[AT[developed], AT[underdeveloped]]


def test_a_pairing_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownPairing) as refused:
        graph.build(REGIONS, pairing="offical-2006", as_of=DAY)
    assert "offical-2006" in refused.value.message["zh"]
    assert "official-2006" in refused.value.message["en"]


def test_a_partner_county_from_elsewhere_can_be_paired() -> None:
    outside = Table.from_rows(
        "regions",
        [{"code": "361127", "name": "余干县", "prefecture": "上饶市", "prefecture_code": "361100"}],
    )
    regions = REGIONS.with_rows(outside)
    rows = pairing(("jiangxi", KEQIAO, "361127", date(2008, 1, 1), None))
    found = graph.build(regions, rows, as_of=DAY)
    assert found.paired[regions.index[KEQIAO], regions.index["361127"]]
    assert found.path_length[regions.index[KEQIAO], regions.index["361127"]] == 1


@given(st.permutations(range(6)))
def test_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    rows = pairing(
        ("a", KEQIAO, CHUNAN, date(2008, 1, 1), None),
        ("b", YUHANG, CHUNAN, date(2008, 1, 1), None),
        ("b", HANGZHOU, QUZHOU, date(2008, 1, 1), None),
        ("c", KEQIAO, JIANGSHAN, date(2009, 1, 1), None),
        ("c", LINPING, JIANGSHAN, date(2007, 1, 1), None),
        ("c", "330302", QUZHOU, date(2008, 1, 1), date(2008, 1, 31)),
    )
    assert same(
        graph.build(REGIONS, rows.take(order), as_of=DAY), graph.build(REGIONS, rows, as_of=DAY)
    )


# --- history ---


@given(histories(), histories(), st.integers(0, 400))
def test_later_outcomes_never_change_an_earlier_graph(
    past: PastIntroductions, later: PastIntroductions, days: int
) -> None:
    day = DAY + timedelta(days=days - 200)
    moved = PastIntroductions(
        later.developed,
        later.underdeveloped,
        np.maximum(later.day, day.toordinal()).astype(np.int32),
        later.stage,
    )
    assert same(
        graph.build(REGIONS, as_of=day, past=past),
        graph.build(REGIONS, as_of=day, past=joined(past, moved)),
    )


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_introductions_does_not_matter(
    past: PastIntroductions, dice: object
) -> None:
    order = np.arange(len(past.day))
    dice.shuffle(order)  # type: ignore[attr-defined]
    shuffled = PastIntroductions(
        past.developed[order], past.underdeveloped[order], past.day[order], past.stage[order]
    )
    assert same(
        graph.build(REGIONS, as_of=DAY, past=past), graph.build(REGIONS, as_of=DAY, past=shuffled)
    )


@given(histories())
def test_every_introduction_is_counted_once_for_its_line(past: PastIntroductions) -> None:
    found = graph.build(REGIONS, as_of=DAY, past=past)
    known = (past.developed >= 0) & (past.underdeveloped >= 0) & (past.day < DAY.toordinal())
    county = np.array([not REGIONS.is_prefecture(code) for code in REGIONS.codes])
    both = known & county[past.developed] & county[past.underdeveloped]
    for stage, counts in ((0, found.line_contacts), (1, found.line_signed)):
        assert counts[np.ix_(county, county)].sum() == (both & (past.stage == stage)).sum()


def test_a_city_has_its_own_introductions_and_those_of_its_members() -> None:
    # 余杭区 → 江山市 twice, 杭州市 → 江山市 once, 余杭区 → 衢州市 once; signed once.
    past = PastIntroductions.of(
        np.array([AT[YUHANG], AT[YUHANG], AT[HANGZHOU], AT[YUHANG]]),
        np.array([AT[JIANGSHAN], AT[JIANGSHAN], AT[JIANGSHAN], AT[QUZHOU]]),
        [np.full(4, OLD), np.array([OLD + 9, 0, 0, 0])],
    )
    found = graph.build(REGIONS, as_of=DAY, past=past)
    assert found.line_contacts[AT[YUHANG], AT[JIANGSHAN]] == 2
    assert found.line_contacts[AT[HANGZHOU], AT[JIANGSHAN]] == 3
    assert found.line_contacts[AT[HANGZHOU], AT[QUZHOU]] == 4
    assert found.line_signed[AT[HANGZHOU], AT[QUZHOU]] == 1
    first = graph.build(REGIONS, as_of=date.fromordinal(OLD + 9), past=past)
    assert first.line_contacts.max() == 4 and first.line_signed.max() == 0


# --- what the graph says of two regions ---


@st.composite
def weights(draw: st.DrawFn) -> np.ndarray:
    n = draw(st.integers(1, 9))
    upper = draw(st.lists(st.integers(0, 3), min_size=n * n, max_size=n * n))
    half = np.triu(np.array(upper, float).reshape(n, n), 1)
    return half + half.T


@given(weights())
def test_personalised_pagerank_is_that_of_networkx(edges: np.ndarray) -> None:
    ours = graph.personalised_pagerank(edges)
    reference = nx.from_numpy_array(edges)
    for start in range(len(edges)):
        theirs = nx.pagerank(
            reference, alpha=0.85, personalization={start: 1.0}, tol=1e-14, max_iter=2000
        )
        assert np.abs(ours[start] - [theirs[i] for i in range(len(edges))]).max() < 1e-9


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(6, 11)), min_size=1, max_size=20, unique=True
    ),
)
def test_steps_and_common_partners_are_those_counted_one_by_one(
    links: list[tuple[int, int]],
) -> None:
    codes = [c for c in REGIONS.codes if not REGIONS.is_prefecture(c)]
    givers = [c for c in codes if REGIONS.side[AT[c]] == "developed" and c != LINPING][:6]
    takers = [c for c in codes if REGIONS.side[AT[c]] == "underdeveloped"][:6]
    ends = [c for c in givers + takers if not REGIONS.heirs(c)]
    if len(ends) < 12:  # units with heirs would be joined by more than what is drawn
        spare = [c for c in codes if REGIONS.side[AT[c]] and not REGIONS.heirs(c)]
        taken = set(ends) | {LINPING, LONGGANG}
        ends += [c for c in spare if c not in taken][: 12 - len(ends)]
    rows = pairing(*(("own", ends[i], ends[j], date(2008, 1, 1), None) for i, j in links))
    found = graph.build(REGIONS, rows, pairing="own", as_of=DAY)
    reference = nx.Graph((ends[i], ends[j]) for i, j in links)
    reference.add_nodes_from(ends)
    steps = dict(nx.all_pairs_shortest_path_length(reference))
    for a in ends:
        for b in ends:
            expected = steps[a].get(b, np.inf)
            assert found.path_length[AT[a], AT[b]] == expected
            between = {
                middle
                for path in nx.all_simple_paths(reference, a, b, cutoff=3)
                if len(path) > 2
                for middle in path[1:-1]
            }
            assert found.common_partners[AT[a], AT[b]] == (len(between) if a != b else 0)


@given(histories())
def test_steps_and_partners_read_the_same_from_both_ends(past: PastIntroductions) -> None:
    found = graph.build(REGIONS, as_of=DAY, past=past)
    assert np.array_equal(found.path_length, found.path_length.T)
    assert np.array_equal(found.common_partners, found.common_partners.T)
    assert (found.path_length[found.paired & ~found.coarse] == 1).all()


def test_a_match_needs_neither_networkx_nor_scipy_for_the_graph() -> None:
    code = (
        "import sys; from datetime import date; from features import graph, regions;"
        "graph.build(regions.Regions.built_in(), as_of=date(2008, 1, 1));"
        "print([m for m in ('networkx', 'scipy', 'pandas', 'sklearn') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
