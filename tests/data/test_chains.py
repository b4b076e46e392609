"""The table of industry chains and the table of intents are whole and sound."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest

import data
from features.schema import INTENTS, RESOURCE_KINDS

CHAINS = data.rows("chains")
INDUSTRIES = {row["code"]: row for row in data.rows("industries")}
KINDS = data.rows("intent_kinds")


def _by_chain() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in CHAINS:
        found[row["chain"]].append(row)
    return found


def test_there_are_at_least_forty_chains_of_two_to_seven_links() -> None:
    chains = _by_chain()
    assert len(chains) >= 40
    assert {name: len(rows) for name, rows in chains.items() if not 2 <= len(rows) <= 7} == {}


def test_a_link_is_named_once_and_its_chain_is_written_one_way() -> None:
    assert [k for k, n in Counter(row["link"] for row in CHAINS).items() if n > 1] == []
    for name, rows in _by_chain().items():
        assert len({(row["chain_zh"], row["chain_en"]) for row in rows}) == 1, name
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", row["link"]) for row in CHAINS)
    assert all(row["link"].startswith(row["chain"] + "-") for row in CHAINS)


def test_steps_run_from_upstream_to_downstream_without_a_gap() -> None:
    for name, rows in _by_chain().items():
        steps = [int(row["step"]) for row in rows]
        assert steps == sorted(steps), name
        assert set(steps) == set(range(1, max(steps) + 1)), name
        assert max(steps) >= 2, f"{name}: one step is no chain"


def test_every_code_is_a_group_or_class_of_the_standard() -> None:
    for row in CHAINS:
        codes = row["codes"].split(";")
        assert len(codes) == len(set(codes)), row["link"]
        for code in codes:
            assert code in INDUSTRIES, f"{row['link']}: {code}"
            assert INDUSTRIES[code]["level"] in ("3", "4"), f"{row['link']}: {code}"
            assert len(code) == 3 or code[:3] not in codes, f"{row['link']}: {code} twice"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_link_has_a_name_and_words_in_both_languages(language: str) -> None:
    for row in CHAINS:
        assert row[f"chain_{language}"] and row[f"link_{language}"], row["link"]
        words = row[f"words_{language}"].split(";")
        assert 3 <= len(words) <= 20, row["link"]
        assert all(word and word == word.strip() for word in words), row["link"]
        assert len(words) == len(set(words)), row["link"]
        has_chinese = [bool(re.search("[\u4e00-\u9fff]", word)) for word in words]
        # Chinese companies write a few products in Latin letters (PTA, PCB).
        assert not any(has_chinese) if language == "en" else sum(has_chinese) * 2 > len(words)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_word_tells_links_apart(language: str) -> None:
    at: dict[str, list[str]] = defaultdict(list)
    for row in CHAINS:
        for word in row[f"words_{language}"].split(";"):
            at[word.lower()].append(row["link"])
    assert {word: links for word, links in at.items() if len(links) > 3} == {}
    shared = [word for word, links in at.items() if len(links) > 1]
    assert len(shared) < 0.05 * len(at)


def test_no_word_is_so_short_or_general_that_it_says_nothing() -> None:
    general = {"制造", "加工", "生产", "销售", "科技", "设备", "产品", "材料", "服务", "项目"}
    general |= {"technology", "products", "equipment", "materials", "services", "manufacturing"}
    for row in CHAINS:
        for word in row["words_zh"].split(";") + row["words_en"].split(";"):
            assert len(word) >= 2, f"{row['link']}: {word}"
            assert word.lower() not in general, f"{row['link']}: {word}"


def test_every_link_says_where_it_comes_from() -> None:
    assert [row["link"] for row in CHAINS if "judgement" not in row["source"]] == []


def test_every_intent_has_a_fit_and_a_reason_for_every_kind() -> None:
    pairs = [(row["intent"], row["kind"]) for row in KINDS]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(intent, kind) for intent in INTENTS for kind in RESOURCE_KINDS}
    for row in KINDS:
        assert 0 <= float(row["fit"]) <= 1
        assert row["reason_zh"] and row["reason_en"], row


def test_each_intent_has_a_kind_that_is_just_what_it_asks_for() -> None:
    best: dict[str, float] = defaultdict(float)
    for row in KINDS:
        best[row["intent"]] = max(best[row["intent"]], float(row["fit"]))
    assert best == dict.fromkeys(INTENTS, 1.0)


def test_each_kind_is_asked_for_by_some_intent() -> None:
    best: dict[str, float] = defaultdict(float)
    for row in KINDS:
        best[row["kind"]] = max(best[row["kind"]], float(row["fit"]))
    assert {kind: fit for kind, fit in best.items() if fit < 0.8} == {}
