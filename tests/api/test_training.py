"""When a new model takes the place of the published one, and what evaluation judges."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event

from api import jobs, settings
from api.cli import main as program
from api.errors import UsageError
from api.jobs import work
from api.jobs.holder import new_holder
from api.reports import match_terminal, model_terminal
from api.store import Store, address, audit
from api.store.errors import StoreError
from api.usecases import evaluate, ranking, train
from api.usecases.models import listed, put_in_use, switching
from features.language import LANGUAGES, Language, text
from features.tables import Table, Value
from made_history import CONTACTS, ENTERPRISES, tables
from models import artefact, published
from models.metrics import Interval
from models.published import Published
from models.rule import expert_rule

EARLY, CUT = date(2007, 1, 1), date(2007, 6, 1)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the vectors of texts are kept from one test to the next."""
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture
def made(store_url: str, tmp_path: Path, vectors: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with history."""
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "cache").symlink_to(vectors)
    store = Store.open(store_url)
    store.write(tables())
    return store


def _misled(store: Store) -> None:
    """Before the cut, give what came of each contact to an enterprise of another trade."""
    rows: list[dict[str, Value]] = []
    for row in list(store.table("outcomes").rows()):
        day, number = row["date"], int(str(row["enterprise_id"])[1:])
        assert isinstance(day, date)
        store.delete("outcomes", [row["enterprise_id"], row["resource_id"], day])
        if day <= CUT:
            row = {**row, "enterprise_id": f"E{(number + 1) % ENTERPRISES:03}"}
        rows.append(row)
    store.write({"outcomes": Table.from_rows("outcomes", rows)})


def in_use() -> str:
    """Id of the model that answers."""
    return published.load(settings.model_folder()).model_id


def test_the_first_model_is_published_as_the_first_and_noted_with_who_trained(made: Store) -> None:
    report = train.run(made, as_of=CUT)
    assert report.published and "first" in report.why["en"]
    assert in_use() == report.model_id
    span = report.learned_from
    assert span is not None and span.oldest < span.newest <= CUT
    assert report.as_dict()["learned_from"] == span.as_dict()
    assert published.load(settings.model_folder()).learned_from == span
    # Rows that are imported later do not move what values are compared with; and asked for a day
    # before what it has seen, a list says so.
    stored = ranking.read_tables(made)
    dearer = [
        {**row, "id": f"Z{k}", "wage_yuan_month": 9_000.0, "land_mu": 7.0}
        for k, row in enumerate(stored["resources"].rows())
    ]
    dearer += [{**row, "id": f"Y{row['id']}"} for row in dearer]
    more = Table.from_rows("resources", [*stored["resources"].rows(), *dearer])
    later = ranking.of_tables({**stored, "resources": more}, EARLY)
    assert later.market.medians == published.load(settings.model_folder()).medians
    assert later.market.medians["land_mu"] != 7.0 and len(later.market.resources) == len(more)
    assert span.newest.isoformat() in later.model_about["saw_later"]["zh"]  # type: ignore[index]
    with made.connection() as connection:
        (line,) = audit.noted(connection, limit=10)
    assert (line["by"], line["action"], line["subject"]) == (
        f"cli:{getpass.getuser()}", "train", "models",
    )  # fmt: skip
    assert line["detail"] == {"model": report.model_id, "published": True}


def test_a_training_that_is_cancelled_puts_no_model_in_use_and_one_that_is_done_does(
    made: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = jobs.submit(made, "train", {"as_of": CUT.isoformat()}, by="root")
    holder, told = new_holder(), list[str]()
    assert jobs.claim(made, holder) is not None

    def cancelled_at_the_end(step: str) -> None:
        told.append(step)
        if step == "final":
            jobs.end_or_forget(made, asked.id, "root")

    with pytest.raises(jobs.LostJob):
        work.run(made, asked, holder, cancelled_at_the_end)
    assert "final" in told and "degraded" not in told
    assert not (settings.model_folder() / "active").exists()
    with made.connection() as connection:
        assert [line["action"] for line in audit.noted(connection, limit=10)] == ["cancel"]
    (fitted,) = artefact.stored(settings.model_folder())
    # What is stored is whole, and only has to be chosen; a store that is at work refuses both.
    monkeypatch.setattr(address, "BUSY_SECONDS", 0.05)
    with made.connection(writer=True), pytest.raises(StoreError):
        put_in_use(Store.open(made.address.url), fitted)
    assert not (settings.model_folder() / "active").exists()
    put_in_use(made, fitted, by="root")
    assert in_use() == fitted


def test_a_switch_of_the_model_that_cannot_be_stored_is_taken_back(made: Store) -> None:
    root = settings.model_folder()
    first, second = (artefact.write(root, {}, {"w": np.arange(n)}, dated=CUT) for n in (2, 3))
    artefact.publish(root, first)
    with pytest.raises(ZeroDivisionError), switching(made) as connection:
        audit.note(connection, "root", "publish", f"models/{second}")
        artefact.publish(root, second)
        event.listen(connection, "commit", lambda connection: 1 // 0)
    assert artefact.active(root) == first
    with made.connection() as connection:
        assert audit.noted(connection, limit=10) == []


def test_a_store_with_text_columns_of_the_users_own_is_learned_from(made: Store) -> None:
    for name, column, words in (
        ("enterprises", "x_owner", ("外资", "民营", None)),
        ("resources", "x_到 高速", ("高速口", "国道")),
    ):
        rows = [dict(row) for row in made.table(name).rows()]
        for i, row in enumerate(rows):
            row[column] = words[i % len(words)]
        made.write({name: Table.from_rows(name, rows)})
    report = train.run(made, as_of=CUT)
    found = published.load(settings.model_folder())
    assert report.published and found.stages is not None
    learned = {effect.name for effect in found.stages.effects}
    assert {"own:enterprise:x_owner", "own:resource:x_到 高速"} <= learned


def test_a_model_that_is_not_worse_takes_the_place_of_the_published_one(made: Store) -> None:
    train.run(made, as_of=EARLY)
    report = train.run(made, as_of=CUT)
    assert report.published and report.why["en"].startswith("published: not worse")


def test_a_model_with_an_earlier_cut_is_compared_on_what_neither_saw(made: Store) -> None:
    later = train.run(made, as_of=CUT).model_id
    told: list[str] = []
    report = train.run(made, as_of=EARLY, progress=told.append)
    assert "published" in told
    assert report.evaluation is not None and report.evaluation.cut == EARLY
    assert "first" not in report.why["en"] and "model in use" in report.why["en"]
    # It is older than the one whose place it takes: what it lacks and the way back are told.
    left_out, older = (warning["en"] for warning in report.as_dict()["warnings"])  # type: ignore[attr-defined]
    assert 0 < int(left_out.split("not in it: ")[1].split(";")[0]) < CONTACTS
    assert f"shanhai models --use {later}" in older and CUT.isoformat() in older


def test_a_worse_model_is_not_published_and_that_is_no_failure(
    made: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    good = train.run(made, as_of=CUT).model_id
    _misled(made)
    with pytest.raises(SystemExit) as caught:
        program.main(["train", "--as-of", CUT.isoformat(), "--lang", "en"])
    assert not caught.value.code
    assert "not published" in " ".join(capsys.readouterr().out.split())
    assert published.load(settings.model_folder()).model_id == good
    forced = train.run(made, as_of=CUT, force=True)
    assert forced.published
    assert published.load(settings.model_folder()).model_id == forced.model_id != good


def test_where_there_is_nothing_to_compare_with_or_nothing_was_seen_that_is_said(
    made: Store,
) -> None:
    everything = train.run(made)
    judged = everything.evaluation
    before = published.load(settings.model_folder())
    assert judged is not None and before.cut == judged.cut
    later = replace(before, cut=date(2009, 1, 1))
    go, why = train.verdict(later, judged, None)
    assert go and "2009-01-01" in why["en"] and "first" not in why["en"]
    go, why = train.verdict(Published(why_degraded={"zh": "坏了", "en": "broken"}), judged, None)
    assert go and "broken" in why["en"] and "first" not in why["en"]
    assert train.proven(judged) and before.proven is True
    # The rule that somebody put in use gives way, which is said, unless it is clearly better.
    chosen = Published(by_choice=True)
    for unlike in (judged, None):
        assert train.verdict(chosen, unlike, None) == (True, text("train.instead_of_rule"))
    worse = {**judged.differences["rule"], "log_loss": Interval(0.1, 0.05, 0.15)}
    beaten = replace(judged, differences={"rule": worse})
    said = text("train.worse_than_rule", by="0.1000")
    assert train.verdict(chosen, beaten, None) == (False, said)
    own = judged.rankers["model"]
    for auc in (Interval(0.55, 0.48, 0.62), Interval(*[float("nan")] * 3)):
        own["all"] = replace(own["all"], measures={**own["all"].measures, "auc": auc})
        assert not train.proven(judged)
        assert train.verdict(Published(), judged, None) == (True, text("train.first_unproven"))
        assert train.mind(before, judged, None, 0) == (text("train.unproven"),)
        assert train.mind(Published(), judged, None, 0) == ()


def test_an_earlier_model_is_put_in_use_again_by_command_and_a_damaged_one_is_not(
    made: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*arguments: str) -> str:
        with pytest.raises(SystemExit) as caught:
            program.main(["models", *arguments, "--lang", "en"])
        found = capsys.readouterr()
        return f"{caught.value.code or 0}: {found.out}{found.err}"

    assert "No model has been trained" in told()
    first, second = train.run(made, as_of=EARLY).model_id, train.run(made, as_of=CUT).model_id
    states = {row.split()[0]: row for row in told().splitlines() if row.split()}
    assert "kept" in states[first] and "in use" in states[second]
    assert told("--use", first).startswith("0: ")
    assert published.load(settings.model_folder()).model_id == first
    with made.connection() as connection:
        newest = audit.noted(connection, limit=1)[0]
    assert (newest["action"], newest["subject"]) == ("publish", f"models/{first}")
    (settings.model_folder() / second / "arrays.npz").write_bytes(b"damaged")
    assert "damaged" in told()
    for wrong in (second, "model-that-never-was"):
        assert told("--use", wrong).startswith("2: ")
        assert published.load(settings.model_folder()).model_id == first
    assert told("--use", "rule").startswith("0: ") and "expert rule makes" in told()
    by_choice = published.load(settings.model_folder())
    assert (by_choice.model_id, by_choice.why_degraded) == ("rule", None)
    assert by_choice.about["by_choice"] is True and "by_choice" not in Published().about
    assert ranking.build(made).model_about["by_choice"] is True


def test_evaluation_judges_the_published_model_on_what_it_did_not_see(
    made: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = train.run(made)
    told: list[str] = []
    found = evaluate.run(made, progress=told.append)
    assert (found.model_id, found.refitted) == (trained.model_id, False)
    assert trained.evaluation is not None
    ours = [one.rankers["model"]["all"].as_dict() for one in (found.evaluation, trained.evaluation)]
    assert found.evaluation.cut == trained.cut and ours[0] == ours[1]
    with pytest.raises(SystemExit):
        program.main(["evaluate", "--lang", "en"])
    assert f"the model in use, {trained.model_id}" in capsys.readouterr().out


def test_evaluation_says_where_it_had_to_fit_another(
    made: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, root = date(2009, 1, 1), settings.model_folder()
    trained = train.run(made, as_of=last)
    # Nothing came after that day, so it was judged as without one.
    assert trained.evaluation is not None and trained.evaluation.cut == trained.cut < last
    model = published.read(root, trained.model_id)
    assert model.proven is not None and model.stages is not None and model.amounts is not None
    other = published.store(root, model.stages, model.amounts, as_of=last, cut=last)
    put_in_use(made, other)
    tested = {one["id"]: one["tested"] for one in listed()["models"]}  # type: ignore[attr-defined]
    assert tested == {trained.model_id: True, other: False}
    found = evaluate.run(made)
    assert (found.model_id, found.refitted) == (other, True)
    assert found.as_dict()["refitted"] is True and found.as_dict()["degraded"] is False


@pytest.mark.parametrize("use", [train.run, evaluate.run])
def test_introductions_too_young_to_tell_are_left_out(
    made: Store, use: Callable[[Store], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    made.set_property("as_of", "2009-06-01")
    monkeypatch.setenv("SHANHAI_SETTLE_DAYS", "36500")
    with pytest.raises(train.TooLittleHistory):
        use(made)


def test_a_day_that_has_not_come_is_not_trained_up_to(made: Store) -> None:
    tomorrow = settings.today() + timedelta(days=1)
    with pytest.raises(UsageError) as refused:
        train.run(made, as_of=tomorrow)
    assert tomorrow.isoformat() in refused.value.message["en"]
    assert not settings.model_folder().exists()


def test_where_all_began_on_one_day_evaluation_says_that_nothing_came_later(made: Store) -> None:
    rows = list(made.table("outcomes").rows())
    for row in rows:
        made.delete("outcomes", [row["enterprise_id"], row["resource_id"], row["date"]])
    met = {(row["enterprise_id"], row["resource_id"]) for row in rows}
    made.write({"outcomes": Table.from_rows("outcomes", [
        {"enterprise_id": e, "resource_id": r, "date": CUT, "stage": "contacted"} for e, r in met
    ])})  # fmt: skip
    with pytest.raises(train.TooLittleHistory) as refused:
        evaluate.run(made)
    said = refused.value.message["en"]
    assert str(len(met)) in said and CUT.isoformat() in said and "at least" not in said


def test_what_speaks_against_a_model_put_in_use_is_said_with_the_way_back() -> None:
    before = Published("m", stages=expert_rule(()), trained_as_of=CUT, proven=True)
    untested, back = train.mind(before, None, CUT, 0)
    assert untested == text("train.untested") and back == text("train.back", id="m")
    assert train.mind(Published(), None, None, 0) == (untested,)
    assert train.one_sided(np.array([True, False])) == ()
    for signed, code in ((True, "all_signed"), (False, "none_signed")):
        assert train.one_sided(np.full(3, signed)) == (text(f"train.{code}"),)


def test_evaluate_tells_the_learning_curve_and_what_pairing_does_in_both_languages(
    made: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    train.run(made, as_of=CUT)
    with pytest.raises(SystemExit) as caught:
        program.main(["evaluate", "--learning-curve", "--json"])
    assert caught.value.code == 0
    found = json.loads(capsys.readouterr().out)
    sizes = [point["introductions"] for point in found["learning_curve"]["points"]]
    assert sizes == sorted(sizes) and sizes[0] == 0 and sizes[-1] == found["trained_on"]
    assert found["half_life_days"] is None
    assert 0 < found["pairing_bias"]["possible"] < 1
    words: dict[Language, tuple[str, ...]] = {
        "en": ("Learning curve", "model less", "in-pair", "count like recent ones"),
        "zh": ("学习曲线", "结对的两面", "新旧对接同等看待"),
    }
    for lang in LANGUAGES:
        said = match_terminal.as_text(model_terminal.evaluation_view(_Said(found), lang))
        assert all(word in " ".join(said.split()) for word in words[lang])
        assert max(map(len, said.splitlines())) <= 100


class _Said:
    """What was printed as JSON, as the document that it was."""

    def __init__(self, found: dict[str, object]) -> None:
        self.found = found

    def as_dict(self) -> dict[str, object]:
        return self.found


def test_the_half_life_is_kept_with_the_model(made: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    report = train.run(made)
    stored = published.read(settings.model_folder(), report.model_id)
    assert stored.stages is not None and stored.amounts is not None
    assert stored.stages.half_life_days == report.half_life_days
    halved = replace(stored.stages, half_life_days=548.0)
    name = published.store(
        settings.model_folder(), halved, stored.amounts, as_of=CUT, cut=CUT, judged=stored.judged
    )
    again = published.read(settings.model_folder(), name)
    assert again.stages is not None and again.stages.half_life_days == 548.0
