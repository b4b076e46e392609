"""How good the model is, in plain words, in at most 100 columns."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from rich.cells import cell_len
from rich.console import Group

from api.reports.evaluation_terminal import bias_view
from api.reports.match_terminal import as_text
from api.reports.model_terminal import evaluation_view, training_view
from features.language import LANGUAGES, Language, text
from models.rule import expert_weights

languages = pytest.mark.parametrize("lang", LANGUAGES)

MEASURES = ("log_loss", "auc", "brier", "calibration_error", "ndcg_at_10", "recall_at_20")
RANKERS = (
    "model", "rule", "random", "popularity", "same_industry", "logistic", "lightgbm_regression",
)  # fmt: skip
GROUPS = (
    "all", "unseen_enterprises", "unseen_resources", "unseen_regions", "in_pair", "cross_pair",
    "programme_industry", "programme_rural", "programme_labour", "programme_social",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A document made by hand."""

    document: dict[str, object]

    def as_dict(self) -> dict[str, object]:
        return self.document


def interval(value: float | None, spread: float = 0.05) -> dict[str, float | None]:
    if value is None:
        return {"value": None, "low": None, "high": None}
    return {"value": value, "low": value - spread, "high": value + spread}


def judgement(recall: float | None) -> dict[str, object]:
    sides = {"enterprise": recall, "resource": None if recall is None else recall / 4}
    measures = {name: interval(0.25) for name in MEASURES} | {"recall_at_20": interval(recall)}
    measures |= {f"recall_at_20_{side}_lists": interval(value) for side, value in sides.items()}
    measures |= {"ndcg_at_10_enterprise_lists": interval(None)}
    measures |= {"ndcg_at_10_resource_lists": interval(0.25)}
    counts = {
        "introductions": 299, "signed": 63, "lists": 12, "signings_looked_for": 62,
        "enterprise_lists": 41, "resource_lists": 10,
    }  # fmt: skip
    return {**counts, **measures}


def difference(loss: float, recall: float) -> dict[str, object]:
    return {
        "log_loss": interval(loss), "brier": interval(0.0),
        "ndcg_at_10": interval(0.0), "recall_at_20": interval(recall),
    }  # fmt: skip


RECALL = {"model": 0.52, "rule": 0.47, "random": 0.12, "popularity": 0.24}
DOCUMENT: dict[str, object] = {
    "model_id": "m-1",
    "half_life_days": None,
    "learned_from": {"oldest": "2006-02-03", "newest": "2009-11-30"},
    "caution": None,
    "pairing_bias": None,
    "refitted": False,
    "degraded": False,
    "why": None,
    "as_of": "2009-12-31",
    "cut": "2009-03-12",
    "trained_on": 1201,
    "judged_on": 299,
    "left_out": {"trained": 31, "judged": 7},
    "rankers": {
        ranker: {
            group: judgement(None if group == "unseen_regions" else RECALL.get(ranker, 0.3))
            for group in GROUPS
        }
        for ranker in RANKERS
    },
    "differences": {
        "rule": difference(-0.01, 0.01),
        "random": difference(-0.2, 0.4),
        "popularity": difference(0.2, -0.3),
    }
    | {name: difference(0.0, 0.0) for name in RANKERS[4:]},
    "missing": {"lightgbm_lambdarank": {"zh": "缺少 libgomp1", "en": "libgomp1 is missing"}},
}
EVALUATION = Said(DOCUMENT)


def training(**changes: object) -> Said:
    document: dict[str, object] = {
        "model_id": "m-1", "published": True, "half_life_days": None,
        "learned_from": {"oldest": "2006-02-03", "newest": "2009-11-30"}, "caution": None,
        "why": {"zh": "首个模型，已发布", "en": "published"},
        "as_of": "2009-12-31", "cut": "2009-03-12", "introductions": 1500, "evaluation": DOCUMENT,
        "warnings": [],
    }  # fmt: skip
    return Said(document | changes)


@languages
def test_introductions_that_were_not_counted_are_told_of(lang: Language) -> None:
    told = as_text(evaluation_view(Said(DOCUMENT), lang))
    none = Said({**DOCUMENT, "left_out": {"trained": 0, "judged": 0}})
    words = {"zh": "不计在内：此前31次", "en": "Not counted: 31 of"}[lang]
    assert words in told and words[:5] not in as_text(evaluation_view(none, lang))


@languages
def test_the_oldest_and_newest_outcome_are_told_and_that_they_are_old(lang: Language) -> None:
    caution = text("history.too_old", newest="2009-11-30", as_of="2012-01-01")
    for view, old in (
        (
            evaluation_view(EVALUATION, lang),
            evaluation_view(Said({**DOCUMENT, "caution": caution}), lang),
        ),
        (training_view(training(), lang), training_view(training(caution=caution), lang)),
    ):
        told, warned = (as_text(one).replace("\n", "") for one in (view, old))
        assert "2006-02-03" in told and "2009-11-30" in told
        assert caution[lang][:20] in warned and caution[lang][:20] not in told


@languages
def test_no_line_of_an_evaluation_is_wider_than_a_hundred_columns(lang: Language) -> None:
    for view in (evaluation_view(EVALUATION, lang), training_view(training(), lang)):
        assert max(cell_len(line) for line in as_text(view).splitlines()) <= 100


@languages
def test_what_is_found_is_said_per_list_for_each_side_and_never_mixed(lang: Language) -> None:
    shown = as_text(evaluation_view(EVALUATION, lang)).replace("\n", "").replace(" ", "")
    sentences = {
        "zh": (
            "企业的名单（41份，按一张名单算）：后来签约的资源平均有52%在",
            "资源的名单（10份，按一张名单算）：后来签约的企业平均有13%在",
            "（专家规则12%、随机3%、热门程度6%）",
        ),
        "en": (
            "Lists of enterprises (41; per list): of the resources signed later, on average 52%",
            "Lists of resources (10; per list): of the enterprises signed later, on average 13%",
            "(expert rule 12%, chance 3%, popularity 6%)",
        ),
    }
    places = [shown.index(one.replace(" ", "")) for one in sentences[lang]]
    assert places == sorted(places)


@languages
def test_on_which_lists_the_order_was_judged_is_said(lang: Language) -> None:
    shown = as_text(evaluation_view(EVALUATION, lang))
    assert {"zh": "按12份名单算，都是资源的", "en": "on 12 lists, all of resources"}[lang] in shown


@languages
def test_every_baseline_stands_beside_the_model_with_its_range(lang: Language) -> None:
    lines = as_text(evaluation_view(EVALUATION, lang)).splitlines()
    names = {
        "model": {"zh": "模型", "en": "model"},
        "rule": {"zh": "专家规则", "en": "expert rule"},
    }
    for ranker, recall in (("model", "0.52 (0.47–0.57)"), ("rule", "0.47 (0.42–0.52)")):
        assert any(
            line.strip().startswith(names[ranker][lang]) and recall in line for line in lines
        )


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "训练前专家规则假定的是"), ("en", "assumed {} before any training")]
)
def test_beside_what_pairing_is_worth_stands_what_was_assumed_before(
    lang: Language, words: str
) -> None:
    bias = {
        "introduced": 0.25, "possible": 0.25, "signed_in_pair": 0.44, "signed_cross_pair": 0.42,
        "odds_ratio": 1.46, "low": 1.06, "high": 2.0,
    }  # fmt: skip
    shown = " ".join(as_text(Group(*bias_view(bias, lang))).split())
    assumed = f"{math.exp(expert_weights()['paired'].weight):.2f}"
    assert words.format(assumed) in shown and assumed in shown
    learned_nothing = bias_view({**bias, "low": None, "high": None}, lang)
    assert len(learned_nothing) == len(bias_view(bias, lang)) - 1


def test_better_worse_and_unclear_are_told_apart() -> None:
    lines = as_text(evaluation_view(EVALUATION, "en")).split("Are the chances right?")[0]
    verdicts = {line.split("  ")[0].strip(): line for line in lines.splitlines()}
    assert verdicts["chance"].endswith("finds better, order alike")
    assert verdicts["popularity"].endswith("finds worse, order alike")
    assert verdicts["expert rule"].endswith("unclear")


def test_a_baseline_that_could_not_run_is_said_with_its_reason() -> None:
    shown = as_text(evaluation_view(EVALUATION, "en"))
    assert "LambdaRank took no part: libgomp1 is missing" in shown


@languages
def test_what_could_not_be_measured_is_a_dash(lang: Language) -> None:
    name = {"zh": "新地区", "en": "new regions"}[lang]
    lines = as_text(evaluation_view(EVALUATION, lang)).splitlines()
    row = next(line for line in lines if line.strip().startswith(name))
    assert row.count("—") == len(RANKERS)


@languages
def test_a_training_says_whether_the_model_is_published_and_why(lang: Language) -> None:
    shown = as_text(training_view(training(), lang))
    assert "m-1" in shown
    assert {"zh": "首个模型，已发布", "en": "published"}[lang] in shown


def test_a_training_without_later_history_says_that_it_was_not_judged() -> None:
    assert "nothing to judge it on" in as_text(training_view(training(evaluation=None), "en"))


def test_a_training_is_summed_up_without_popularity() -> None:
    rankers = {name: DOCUMENT["rankers"][name] for name in ("model", "rule")}  # type: ignore[index]
    document = {**DOCUMENT, "rankers": rankers, "missing": {}}
    shown = as_text(training_view(training(evaluation=document), "zh"))
    assert "有52%在模型当时会给出的前20名里（专家规则47%）" in shown
    assert "随机" not in shown
