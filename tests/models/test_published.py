"""A fitted model becomes data and a model again; a damaged one is refused and the rule answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from features.language import LANGUAGES
from features.market import Market
from features.schema import RESOURCE_KINDS
from features.tables import Table
from features.text import NgramEncoder
from models import artefact, published
from models.amounts import AmountModel
from models.history_span import HistorySpan
from models.interactions import Interaction, Trait
from models.published import Published
from models.stages import BlockScorer, Effect, StageModel
from tests.handmade_market import enterprise, make, resource
from tests.models.made_fit import fitted, known_market, random_model, rule
from tests.models.made_world import tables

AMOUNTS = AmountModel(
    np.linspace(0.5, 2, len(RESOURCE_KINDS)),
    np.where(np.arange(len(RESOURCE_KINDS)) % 2, 300.0, np.nan),
)
DAY, CUT = date(2008, 6, 1), date(2007, 6, 1)
E, R = np.arange(90), np.arange(30)


def _published(root: Path, model: StageModel) -> str:
    model_id = published.store(root, model, AMOUNTS, as_of=DAY, cut=CUT)
    artefact.publish(root, model_id)
    return model_id


@pytest.mark.parametrize("model", [fitted(), random_model(known_market(), 5), rule()],
                         ids=["fitted", "every part", "rule"])  # fmt: skip
def test_a_model_read_back_gives_the_same_chances_to_the_last_bit(
    model: StageModel, tmp_path: Path
) -> None:
    model_id = _published(tmp_path, model)
    found = published.load(tmp_path)
    assert found.stages is not None and found.amounts is not None
    before = BlockScorer(model, known_market()).probabilities(E, R)
    after = BlockScorer(found.stages, known_market()).probabilities(E, R)
    np.testing.assert_array_equal(before, after)
    np.testing.assert_array_equal(found.amounts.per_budget, AMOUNTS.per_budget)
    np.testing.assert_array_equal(found.amounts.flat, AMOUNTS.flat)
    for part in ("weights", "neutral", "intercepts", "doubt", "covariance"):
        np.testing.assert_array_equal(getattr(found.stages, part), getattr(model, part))
    assert (found.model_id, found.trained_as_of, found.cut) == (model_id, DAY, CUT)
    assert found.about == {"id": model_id, "trained_as_of": "2008-06-01", "degraded": False}
    assert published.read(tmp_path, model_id).model_id == model_id


@pytest.mark.parametrize("proven", [None, True, False])
def test_whether_a_model_was_proven_is_kept_with_it(proven: bool | None, tmp_path: Path) -> None:
    model_id = published.store(tmp_path, fitted(), AMOUNTS, as_of=DAY, cut=CUT, proven=proven)
    assert published.read(tmp_path, model_id).proven is proven


def test_a_model_says_from_when_to_when_its_outcomes_reach_and_if_it_saw_what_came_later(
    tmp_path: Path,
) -> None:
    span = HistorySpan(date(2005, 2, 3), date(2008, 4, 30))
    model_id = published.store(tmp_path, fitted(), AMOUNTS, as_of=DAY, cut=CUT, learned_from=span)
    found = published.read(tmp_path, model_id)
    assert found.learned_from == span
    # Nothing came between the newest outcome and the day it was trained.
    assert found.about_on(date(2008, 4, 30)) == found.about
    later = found.about_on(date(2008, 4, 29))["saw_later"]
    for lang in LANGUAGES:
        assert "2008-04-30" in later[lang] and "2008-04-29" in later[lang]  # type: ignore[index]
    # A model of before does not say when its newest outcome was: up to the day it was trained.
    older = replace(found, learned_from=None)
    assert "saw_later" in older.about_on(date(2008, 5, 31))
    assert "saw_later" not in older.about_on(DAY) and "saw_later" not in Published().about_on(CUT)


def test_what_values_are_compared_with_is_kept_with_a_model(tmp_path: Path) -> None:
    world = known_market()
    medians = {"wage_yuan_month": 700.5, "gone": 3.0}
    model_id = published.store(tmp_path, fitted(), AMOUNTS, as_of=DAY, cut=CUT, medians=medians)
    found = published.read(tmp_path, model_id)
    assert found.medians == medians
    compared = world.measured_by(found.medians).medians
    assert compared == {**world.medians, "wage_yuan_month": 700.5}
    assert world.measured_by({}) is world


@pytest.mark.parametrize("medians", [[1.0], {"wage_yuan_month": 0.0}, {"wage_yuan_month": "x"}])
def test_a_model_with_medians_that_nothing_can_be_divided_by_is_refused(
    medians: object, tmp_path: Path
) -> None:
    model_id = published.store(tmp_path, fitted(), AMOUNTS, as_of=DAY, cut=CUT)
    parameters, arrays = artefact.read(tmp_path / model_id)
    other = artefact.write(tmp_path, {**parameters, "medians": medians}, arrays, dated=DAY)
    with pytest.raises(artefact.ArtefactError) as refused:
        published.read(tmp_path, other)
    assert refused.value.code == "unreadable"


def test_outcomes_are_old_after_two_years() -> None:
    span = HistorySpan(date(2005, 2, 3), date(2008, 2, 29))
    assert span.too_old(date(2010, 2, 28)) is None
    said = span.too_old(date(2010, 3, 1))
    assert said is not None and "2008-02-29" in said["zh"] and "2008-02-29" in said["en"]


def test_the_same_model_stored_twice_is_the_same_bytes(tmp_path: Path) -> None:
    ids = [published.store(tmp_path / d, fitted(), AMOUNTS, as_of=DAY, cut=CUT) for d in "ab"]
    assert ids[0] == ids[1]
    for file in (tmp_path / "a" / ids[0]).iterdir():
        assert file.read_bytes() == (tmp_path / "b" / ids[0] / file.name).read_bytes()


def test_what_was_learned_of_the_users_own_text_columns_comes_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    owner, gate = "own:enterprise:x_owner", "own:resource:x_到 高速/国道"
    traits = Trait(owner, ("外资", "民营")), Trait(gate, ("乡道", "国道", "高速口"))
    model = replace(
        rule(),
        effects=(
            Effect("county", ("330127",), rng.normal(size=(4, 1))),
            *(Effect(t.name, t.levels, rng.normal(size=(4, len(t.levels)))) for t in traits),
        ),
        interactions=(Interaction(*traits, rng.normal(size=(4, 2, 3))),),
    )
    _published(tmp_path, model)
    found = published.load(tmp_path).stages
    assert found is not None
    for before, after in zip(model.effects, found.effects, strict=True):
        assert (before.name, before.levels) == (after.name, after.levels)
        np.testing.assert_array_equal(before.weights, after.weights)
    assert [one.name for one in found.interactions] == [one.name for one in model.interactions]
    np.testing.assert_array_equal(found.interactions[0].weights, model.interactions[0].weights)


def test_storing_a_model_does_not_publish_it(tmp_path: Path) -> None:
    first = _published(tmp_path, rule())
    second = published.store(tmp_path, fitted(), AMOUNTS, as_of=DAY, cut=CUT)
    assert second != first and published.load(tmp_path).model_id == first


def test_never_trained_means_the_rule_and_not_degraded(tmp_path: Path) -> None:
    found = published.load(tmp_path / "none")
    assert found.stages is None
    assert found.about == {"id": "rule", "trained_as_of": None, "degraded": False}


@pytest.mark.parametrize("damage", ["flip", "cut", "missing", "pointer"])
def test_a_damaged_model_is_refused_with_its_reason_and_the_rule_answers(
    damage: str, tmp_path: Path
) -> None:
    model_id = _published(tmp_path, fitted())
    files = sorted(f for f in (tmp_path / model_id).iterdir())
    file = max(files, key=lambda f: f.stat().st_size)
    content = file.read_bytes()
    if damage == "flip":
        file.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    elif damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "missing":
        file.unlink()
    else:
        pointer = next(f for f in tmp_path.iterdir() if f.is_file())
        pointer.write_text("who knows\n")
    found = published.load(tmp_path)
    assert (found.model_id, found.stages, found.amounts) == ("rule", None, None)
    assert found.about["degraded"] is True and found.about["trained_as_of"] is None
    assert found.why_degraded is not None
    assert all(found.why_degraded[lang] for lang in LANGUAGES)


def test_a_model_learned_with_another_encoder_or_table_is_refused_on_this_market(
    tmp_path: Path,
) -> None:
    learned, plain = random_model(known_market(), 6), fitted()
    _published(tmp_path / "learned", learned)
    _published(tmp_path / "plain", plain)
    found = published.load(tmp_path / "learned")
    assert published.on(found, known_market()) is found

    class Shorter(NgramEncoder):
        name, dimension = "shorter", 64

    codes = Table.from_rows("industries", [{"code": "99", "name": "新", "level": 2, "parent": "C"}])
    for other in (
        Market.build(tables(), as_of=DAY, encoder=Shorter()),
        make([enterprise("E")], [resource("R")], tables={"industries": codes}),
    ):
        refused = published.on(found, other)
        assert refused.stages is None and refused.about["degraded"] is True
        assert refused.why_degraded is not None
        kept = published.load(tmp_path / "plain")
        assert published.on(kept, other) is kept
    assert published.on(published.Published(), known_market()).about["degraded"] is False


def test_a_model_of_features_that_the_program_no_longer_has_is_refused(tmp_path: Path) -> None:
    plain = fitted()
    for name, held in (("division_read", False), ("x_e:gone", True)):
        names = (*plain.names[:-1], name)
        _published(tmp_path / name[:1], replace(plain, names=names))
        found = published.load(tmp_path / name[:1])
        assert (published.on(found, known_market()) is found) is held


def test_parts_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    model = fitted()
    for part in (
        {"neutral": model.neutral[:-1]},
        {"weights": model.weights[:3]},
        {"covariance": np.eye(3)},
        {"effects": (replace(model.effects[0], levels=model.effects[0].levels[1:]),)},
    ):
        root = tmp_path / next(iter(part))
        _published(root, replace(model, **part))
        assert published.load(root).about["degraded"] is True, part
