"""Words found without a dictionary: between turns of phrase, of whatever characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.word_finding import Lexicon

PRODUCTS = ("汤圆", "铆钉", "鼎岚箔", "钕铁硼磁钢", "无刷电调", "皮带轮", "果冻蜡", "飞控板")
SAYINGS = ("主营{}和{}，产品外销", "专业生产{}，兼营{}", "以{}及{}为主要产品")


def _texts() -> list[str]:
    return [
        saying.format(product, PRODUCTS[(k + step) % len(PRODUCTS)])
        for k, product in enumerate(PRODUCTS)
        for step, saying in enumerate(SAYINGS, 1)
    ]


def test_products_that_no_dictionary_has_are_cut_out_of_their_sentences() -> None:
    texts = _texts()
    lexicon = Lexicon.of(texts)
    for k, product in enumerate(PRODUCTS):
        for text in texts[3 * k : 3 * k + 3]:
            assert product in lexicon.words(text)


def test_a_new_sentence_is_cut_into_the_words_found_before() -> None:
    lexicon = Lexicon.of(_texts())
    assert lexicon.words("鼎岚箔、飞控板") == ["鼎岚箔", "飞控板"]
    assert lexicon.words("采购钕铁硼磁钢")[-1] == "钕铁硼磁钢"


@pytest.mark.parametrize(
    ("text", "words"),
    [("glass process 2008 ssss", ["glass", "process", "ssss"]), ("ab " * 60 + "turbines", [])],
)
def test_no_word_loses_more_than_its_plural(text: str, words: list[str]) -> None:
    assert Lexicon.of([]).words(text) == words


def test_what_is_said_once_is_no_word() -> None:
    assert Lexicon.of(["天青色等烟雨", "而我在等你"]).words("天青色等烟雨") == []


@pytest.mark.parametrize("text", ["Solar panels, LED", "solar PANEL led"])
def test_latin_words_are_those_between_blanks_in_either_number(text: str) -> None:
    assert Lexicon.of([]).words(text) == ["solar", "panel", "led"]


@given(st.lists(st.text("主营汤圆铆钉和，。AB 箔", max_size=30), max_size=12))
def test_the_words_of_a_text_are_in_it_one_after_the_other(texts: list[str]) -> None:
    lexicon = Lexicon.of(texts)
    for text in texts:
        at = 0
        for word in lexicon.words(text):
            at = text.lower().find(word, at)
            assert at >= 0
            at += len(word)


@given(st.lists(st.sampled_from(_texts()), max_size=12))
def test_the_order_of_the_texts_changes_no_word(texts: list[str]) -> None:
    assert Lexicon.of(texts).cost == pytest.approx(Lexicon.of(texts[::-1]).cost)
