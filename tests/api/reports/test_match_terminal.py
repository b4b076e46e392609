"""A list in the terminal: at most 100 columns, understandable, nothing taken for markup."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from api.reports import details
from api.reports.match_terminal import WIDTH, as_text, match_list_view, pair_view
from features.language import LANGUAGES, Language
from matcher.match_list import Reason
from tests.handmade_lists import BARRED, COUNTY, EMPTY, LIST, MADE, words

languages = pytest.mark.parametrize("lang", LANGUAGES)


@languages
def test_no_line_is_wider_than_a_hundred_columns(lang: Language) -> None:
    for view in (
        match_list_view(LIST, MADE, lang, contacts=True),
        match_list_view(EMPTY, MADE, lang),
        pair_view(BARRED, MADE, lang),
    ):
        widths = [cell_len(line) for line in as_text(view).splitlines()]
        assert max(widths) <= WIDTH == 100


@settings(max_examples=40, deadline=None)
@given(
    name=st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=200),
    chance=st.floats(0, 1),
    distance=st.none() | st.floats(0, 2000),
)
def test_any_name_and_figures_fit(name: str, chance: float, distance: float | None) -> None:
    match = replace(
        COUNTY, name=name, distance_km=distance, interval={"signed": (chance / 2, chance)},
        probability=dict.fromkeys(COUNTY.probability, chance),
    )  # fmt: skip
    shown = as_text(match_list_view(replace(LIST, matches=(match,)), MADE, "zh"))
    assert max(cell_len(line) for line in shown.splitlines()) <= WIDTH


@languages
def test_figures_stand_in_one_line_and_reasons_under_it(lang: Language) -> None:
    lines = as_text(match_list_view(LIST, MADE, lang)).splitlines()
    [at] = [i for i, line in enumerate(lines) if "17% (12–23%)" in line]
    assert {"zh": "约6次成1次", "en": "about 1 in 6"}[lang] in lines[at]
    below = "\n".join(lines[at + 1 :])
    places = [below.index(reason.text[lang]) for reason in COUNTY.reasons]
    assert places == sorted(places)


def test_for_and_against_are_told_apart() -> None:
    shown = as_text(match_list_view(LIST, MADE, "en"))
    assert "(+) 60 mu on offer" in shown
    assert "(-) 123 km apart" in shown


@languages
def test_what_speaks_most_against_a_match_is_told_however_little_it_weighs(lang: Language) -> None:
    against = Reason("wage", -0.02, words("月工资偏高", "Wages rather high"))
    for_it = [Reason(f"f{k}", 0.3, words(f"有利{k}", f"for it {k}")) for k in range(4)]
    match = replace(COUNTY, reasons=(*for_it, against))
    shown = as_text(match_list_view(replace(LIST, matches=(match,)), MADE, lang))
    assert against.text[lang] in shown
    assert for_it[2].text[lang] in shown
    assert for_it[3].text[lang] not in shown


@languages
def test_what_would_help_stands_under_a_match_and_a_pair(lang: Language) -> None:
    for view in (match_list_view(LIST, MADE, lang), pair_view(BARRED, MADE, lang)):
        assert COUNTY.improve[0][lang] in as_text(view)


@languages
@settings(max_examples=40, deadline=None)
@given(parts=st.lists(st.floats(-2, 2), max_size=6), base=st.floats(0, 4), other=st.floats(-1, 1))
def test_the_figures_of_a_pair_add_up_as_they_are_shown(
    lang: Language, parts: list[float], base: float, other: float
) -> None:
    said = tuple(Reason(f"f{k}", part, words("理由", "reason")) for k, part in enumerate(parts))
    match = replace(COUNTY, reasons=said, base=base, other=other, score=base + sum(parts) + other)
    shown = as_text(pair_view(replace(BARRED, match=match), MADE, lang))
    # The sum may break at the end of a line; numbers and words stay whole.
    one_line = re.sub(r"\n\s*", "", shown)
    reasons = re.findall(r"[（(]([＋－+-])(\d+\.\d\d)[）)]", one_line)
    assert len(reasons) == len(parts)
    told = sum((-1 if sign in "－-" else 1) * Decimal(figure) for sign, figure in reasons)
    [(score, start, of_reasons, rest)] = re.findall(
        r"[得S][^=＝]{1,6}?(-?\d+\.\d\d)\s*[=＝]\s*(-?\d+\.\d\d)[^+-]*([+-]\d+\.\d\d)[^+-]*([+-]\d+\.\d\d)",
        one_line,
    )  # fmt: skip
    assert Decimal(of_reasons) == told
    assert Decimal(score) == Decimal(start) + told + Decimal(rest)
    assert abs(float(score) - match.score) < 0.0051


def test_a_name_is_never_taken_for_markup() -> None:
    assert "[bold]山[/bold]" in as_text(match_list_view(LIST, MADE, "zh"))


@languages
def test_made_up_data_is_marked_and_ones_own_is_not(lang: Language) -> None:
    mark = {"zh": "演示数据", "en": "Demonstration data"}[lang]
    assert mark in as_text(match_list_view(LIST, MADE, lang))
    assert mark not in as_text(match_list_view(replace(LIST, made_up=False), MADE, lang))


@languages
def test_an_empty_list_says_why(lang: Language) -> None:
    assert EMPTY.note is not None
    assert EMPTY.note[lang] in as_text(match_list_view(EMPTY, MADE, lang))


def test_contacts_are_shown_only_when_asked_for() -> None:
    assert "0571-00000000" not in as_text(match_list_view(LIST, MADE, "zh"))
    assert "0571-00000000" in as_text(match_list_view(LIST, MADE, "zh", contacts=True))


@languages
def test_a_barred_pair_says_what_bars_it_before_its_figures(lang: Language) -> None:
    shown = as_text(pair_view(BARRED, MADE, lang))
    assert shown.index(BARRED.barred[0][1][lang]) < shown.index("17% (12–23%)")


def test_a_possible_pair_says_that_nothing_stands_against_it() -> None:
    shown = as_text(pair_view(replace(BARRED, possible=True, barred=()), MADE, "en"))
    assert "no hard limit" in shown
    assert "not possible" not in shown


def test_the_later_stages_and_the_terms_stand_below() -> None:
    shown = as_text(match_list_view(LIST, MADE, "zh"))
    assert "牵线后三年内：开工15%，资金到位10%，完成8%" in shown
    assert "按签约可能折算的投资约1,230万元" in shown
    assert "地价：8.5万元/亩" in shown
    assert "贴息率：3%" in shown
    assert "月工资" not in shown


@languages
def test_later_steps_are_told_of_all_introduced_and_apart_of_those_who_sign(lang: Language) -> None:
    chances = {"signed": 0.32, "started": 0.15, "funded": 0.05, "completed": 0.04}
    said = details.ahead(replace(COUNTY, probability=chances), lang)
    whom = {
        "zh": ("牵线后三年内：开工15%", "签约的当中约47%开工"),
        "en": ("being introduced: start 15%", "of those who sign, about 47% start"),
    }
    assert all(one in said for one in whom[lang])
    none = details.ahead(replace(COUNTY, probability=dict.fromkeys(chances, 0.0)), lang)
    assert "sign" not in none and "签约" not in none


@languages
def test_an_expected_investment_is_told_with_the_sum_it_comes_from(lang: Language) -> None:
    basis = words("约为预算的1.6倍", "about 1.6 times the budget")
    match = replace(COUNTY, expected_investment_wan=3480.0, investment_basis=basis)
    said = details.money(replace(match, probability=COUNTY.probability | {"signed": 0.9}), lang)
    assert "3,480" in said and "3,870" in said and basis[lang] in said
    assert basis[lang] not in details.money(replace(match, expected_investment_wan=None), lang)


def test_no_figure_is_broken_at_the_end_of_a_line() -> None:
    many = {"land_mu": 12345.0, "labour_supply": 23456, "energy_quota_tce": 34567.0}
    match = replace(COUNTY, terms=many, candidate_id="R" * 60, via="E" * 60)
    shown = as_text(match_list_view(replace(LIST, matches=(match,)), MADE, "zh"))
    for figure in ("12,345亩", "23,456人", "34,567吨", "按签约可能折算的投资约1,230万元"):
        assert figure in shown
