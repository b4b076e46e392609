"""Every sentence exists in Chinese and English, says the same, and is found where it is asked."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.language import LANGUAGES, catalogue, current_language, say, text
from features.pairs import FEATURES
from models.effects import EFFECTS
from models.explain import LEARNED
from models.reason_facts import SIZES
from models.reasons import topic

ROOT = Path(__file__).parents[2]
SOURCES = sorted(f for p in ("api", "matcher", "models", "features", "data")
                 for f in (ROOT / p).rglob("*.py"))  # fmt: skip


def _placeholders(sentence: str) -> set[str]:
    found = {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
    return {re.split(r"[.\[]", name)[0] for name in found}


def _asked(file: Path) -> Iterator[tuple[str, bool, int]]:
    """(code or pattern of codes, whether it is a pattern, line) of calls of text() and say()."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    ours = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "features.language"
        for alias in node.names
        if alias.name in ("text", "say")
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        if node.func.id not in ours:
            continue
        for code in _branches(node.args[0]):
            if isinstance(code, ast.Constant):
                yield str(code.value), False, node.lineno
            elif isinstance(code, ast.JoinedStr):
                pieces = (
                    re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[\w.:-]*"
                    for p in code.values
                )
                yield "".join(pieces), True, node.lineno


def _branches(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*_branches(node.body), *_branches(node.orelse)]
    return [node]


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_sentence_has_both_languages_and_the_same_placeholders(code: str) -> None:
    entry = catalogue()[code]
    assert set(entry) >= set(LANGUAGES), "a language is missing"
    assert all(entry[lang].strip() for lang in LANGUAGES)
    if code != "demo.readme":  # sums in 亿元 here, in billions there
        assert _placeholders(entry["zh"]) == _placeholders(entry["en"])


@pytest.mark.parametrize("file", SOURCES, ids=lambda f: str(f.relative_to(ROOT)))
def test_every_code_that_is_asked_for_is_in_the_catalogue(file: Path) -> None:
    for code, pattern, line in _asked(file):
        known = any(re.fullmatch(code, c) for c in catalogue()) if pattern else code in catalogue()
        assert known, f"line {line}: {code}"


def test_every_part_of_a_score_has_a_sentence_for_and_against() -> None:
    parts = [*FEATURES, *(f"effect:{name}" for name in EFFECTS), LEARNED]
    # How much one side has or needs is told under its label, whatever the way.
    for about in sorted({topic(part) for part in parts} - SIZES):
        for way in ("for", "against"):
            assert f"reason.{about}.{way}" in catalogue()


def test_a_value_in_two_languages_is_filled_in_in_each() -> None:
    said = text("reason.plain.for", label={"zh": "距离", "en": "distance"})
    assert "距离" in said["zh"] and "distance" in said["en"] and "距离" not in said["en"]


_VALUES = st.one_of(
    st.text(max_size=5), st.integers(), st.floats(allow_nan=False),
    st.sampled_from(["100 %", "%s", "{x}", "%(x)s"]),
    st.fixed_dictionaries({"zh": st.text(max_size=3), "en": st.text(max_size=3)}),
)  # fmt: skip


@given(st.sampled_from(sorted(catalogue())), st.data())
def test_a_sentence_is_filled_in_as_it_is_written_whatever_the_values(
    code: str, data: st.DataObject
) -> None:
    names = {name for lang in LANGUAGES for name in _placeholders(catalogue()[code][lang])}
    values = {name: data.draw(_VALUES) for name in sorted(names)}
    said = text(code, **values)
    for lang in LANGUAGES:
        plain = {n: v[lang] if isinstance(v, dict) else v for n, v in values.items()}
        expected = catalogue()[code][lang].format_map(plain)
        assert said[lang] == say(code, lang, **values) == expected


def test_a_missing_code_or_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(KeyError):
        text("no.such.code")
    with pytest.raises(KeyError):
        text("reason.plain.for")


@pytest.mark.parametrize(
    ("said", "expected"),
    [("", "zh"), ("zh", "zh"), ("zh_CN.UTF-8", "zh"), ("en", "en"), ("EN_gb", "en"), ("de", "zh")],
)
def test_the_language_is_chinese_unless_english_is_asked_for(
    said: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANHAI_LANG", said)
    assert current_language() == expected
    assert say("caution.no_place") == catalogue()["caution.no_place"][expected]
    assert say("caution.no_place", "en") == catalogue()["caution.no_place"]["en"]
