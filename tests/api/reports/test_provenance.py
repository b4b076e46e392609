"""Every list says how it came about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.reports import provenance
from api.reports.match_terminal import as_text, match_list_view
from api.reports.provenance import stamp
from features.language import LANGUAGES, Language
from tests.handmade_lists import EMPTY, LIST, MADE


def test_the_stamp_is_the_source_date_where_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1204329600")
    assert stamp() == "2008-03-01T00:00:00Z"


def test_the_stamp_is_the_present_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert stamp() > "2026"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_filters_model_date_and_maker_are_named(lang: Language) -> None:
    said = "\n".join(f"{label} {value}" for label, value in provenance.lines(LIST, MADE, lang))
    for wanted in ("E-001", "2009-06-30", "official-2006", "m-1", "20", MADE.generated_at, "wang"):
        assert wanted in said


def test_filters_are_in_words_and_open_ones_are_left_out() -> None:
    assert provenance.filters(LIST, "zh") == "最多条数：20；跨结对：允许；工程：特色产业"
    assert provenance.filters(LIST, "en") == "at most: 20; cross-pair: allowed; programme: industry"


def test_a_model_that_could_not_be_used_is_said_with_its_reason() -> None:
    why = {"zh": "文件损坏", "en": "the file is damaged"}
    model = {"id": "rule", "trained_as_of": None, "degraded": True, "why": why}
    assert "文件损坏" in provenance.model(replace(LIST, model=model), "zh")
    assert "damaged" in provenance.model(replace(LIST, model=model), "en")
    assert "专家规则" in provenance.model(replace(LIST, model={**model, "why": None}), "zh")
    # There was history to train on: the model that came of it cannot be used.
    assert "not trained" not in provenance.model(replace(LIST, model=model), "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_model_that_saw_what_came_after_the_day_asked_for_is_said_to_have(lang: Language) -> None:
    later = {"zh": "看过后来的结果", "en": "has seen what came later"}
    model = {"id": "m-1", "trained_as_of": "2009-06-30", "degraded": False, "saw_later": later}
    asked = replace(LIST, model=model)
    assert later[lang] in provenance.model(asked, lang)
    assert asked.as_dict(MADE.generated_at)["model"] == model
    assert later[lang] in as_text(match_list_view(asked, MADE, lang)).replace("\n", "")


def test_a_model_never_trained_is_called_the_expert_rule() -> None:
    assert provenance.model(EMPTY, "en") == "expert rule (not trained on history yet)"


def test_only_made_up_data_bears_the_mark() -> None:
    assert provenance.mark(LIST) is not None
    assert provenance.mark(EMPTY) is None


def test_a_region_is_called_by_its_english_name_in_english() -> None:
    query = {"side": "region", "id": "330803", "name": "衢江区", "name_en": "Qujiang District"}
    asked = replace(LIST, query=query)
    for lang in LANGUAGES:
        name = {"zh": "衢江区", "en": "Qujiang District"}[lang]
        assert name in provenance.title(asked, lang)
        [(_, said)] = provenance.lines(asked, MADE, lang, only=["query"])
        assert name in said
    assert "衢" not in provenance.title(asked, "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_known_of_the_query_stands_once_under_it(lang: Language) -> None:
    asked = replace(LIST, query_unknown={"zh": "污染上限", "en": "Pollution limit"})
    assert asked.query_unknown is not None
    unknown = asked.query_unknown[lang]
    assert provenance.lines(asked, MADE, lang)[1][1] == unknown
    assert as_text(match_list_view(asked, MADE, lang)).count(unknown) == 1
