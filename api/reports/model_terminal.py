"""How good the model is, and what a training led to, in a terminal and in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from api.reports.evaluation_terminal import bias_view, curve_view, recency_line
from features.language import Language, catalogue, say

Figures = Mapping[str, Any]

_LISTS = ("recall_at_20", "ndcg_at_10")
_CHANCES = ("log_loss", "auc", "brier", "calibration_error")
#: Whose share is said in words beside the model's.
_REMEMBERED = ("model", "rule", "popularity", "random")
_SIDES = ("enterprise", "resource")
_HIGHER_IS_BETTER = frozenset(_LISTS)


class Document(Protocol):
    """What can be said as a JSON object."""

    def as_dict(self) -> dict[str, object]: ...


def evaluation_view(found: Document, lang: Language) -> RenderableType:
    """How good the model in use is (:class:`api.usecases.evaluate.EvaluationReport`)."""
    said: Figures = found.as_dict()
    which = _which(said, lang)
    if said["model_id"] != "rule":
        which.append(recency_line(said["half_life_days"], lang))
    which += _learned_from(said, lang)
    parts: list[RenderableType] = [_evaluation(said, lang, which)]
    if said["pairing_bias"] is not None:
        parts += [Line(""), *bias_view(said["pairing_bias"], lang)]
    if "learning_curve" in said:
        parts += curve_view(said["learning_curve"], lang)
    return Group(*parts)


def _which(said: Figures, lang: Language) -> list[Line]:
    """What was judged: the model in use, its like, or the rule in its place."""
    if said["degraded"]:
        return [Line(say("report.evaluation.degraded", lang, why=said["why"]), style="bold yellow")]
    if said["model_id"] == "rule":
        return [Line(say("report.evaluation.of_rule", lang))]
    code = "refitted" if said["refitted"] else "of_model"
    return [Line(say(f"report.evaluation.{code}", lang, id=said["model_id"]))]


def training_view(report: Document, lang: Language) -> RenderableType:
    """What a training came to (:class:`api.usecases.train.TrainReport`)."""
    said: Figures = report.as_dict()
    fitted = say(
        "report.training.fitted", lang,
        count=said["introductions"], as_of=said["as_of"], cut=said["cut"],
    )  # fmt: skip
    verdict = say("report.training.verdict", lang, id=said["model_id"], why=said["why"])
    parts: list[RenderableType] = [
        Line(say("report.training.title", lang), style="bold cyan"),
        Line(fitted),
        *_learned_from(said, lang),
        recency_line(said["half_life_days"], lang),
        Line(verdict, style="bold green" if said["published"] else "bold yellow"),
        *(
            Line(say("report.training.warning", lang, warning=one[lang]), style="bold yellow")
            for one in said["warnings"]
        ),
        Line(""),
    ]
    if said["evaluation"] is None:
        parts.append(Line(say("report.training.not_judged", lang)))
    else:
        parts += [_evaluation(said["evaluation"], lang), Line("")]
    return Group(*parts, Line(say("report.training.next", lang)))


def _learned_from(said: Figures, lang: Language) -> list[Line]:
    """From when to when the outcomes reach, with a caution where the newest is old."""
    span, caution = said["learned_from"], said["caution"]
    found = [] if span is None else [Line(say("report.training.learned_from", lang, **span))]
    if caution is not None:
        told = say("report.training.too_old", lang, caution=caution[lang])
        found.append(Line(told, style="bold yellow"))
    return found


def _evaluation(found: Figures, lang: Language, which: Sequence[Line] = ()) -> RenderableType:
    rankers: Figures = found["rankers"]
    whole = rankers["model"]["all"]
    made_of = say(
        "report.evaluation.made_of", lang, cut=found["cut"], as_of=found["as_of"],
        trained=found["trained_on"], judged=found["judged_on"], signed=whole["signed"],
    )  # fmt: skip
    parts: list[RenderableType] = [
        Line(say("report.evaluation.title", lang), style="bold cyan"),
        *which,
        Line(made_of),
        *_left_out(found["left_out"], lang),
        *_headline(rankers, lang),
        *_measures(found, "lists", _LISTS, lang),
        *_order_of(whole, lang),
        *_measures(found, "chances", _CHANCES, lang),
        *_groups(rankers, "groups", "recall_at_20", lang),
        *_groups(rankers, "groups_auc", "auc", lang),
    ]
    for name, why in found["missing"].items():
        named = _name("rankers", name, lang)
        parts.append(Line(say("report.evaluation.missing", lang, ranker=named, why=why[lang])))
    reading = say("report.evaluation.reading", lang)
    if "random" in rankers:
        reading += say("report.evaluation.reading_chance", lang)
    return Group(*parts, Line(reading, style="dim"))


def _left_out(counts: Figures, lang: Language) -> list[Line]:
    """How many introductions say nothing, where there are such."""
    if not any(counts.values()):
        return []
    return [Line(say("report.evaluation.left_out", lang, **counts))]


def _headline(rankers: Figures, lang: Language) -> list[Line]:
    """The sentences to remember, one for the lists of either side, where there are such."""
    found = []
    for side in _SIDES:
        shares = {
            name: groups["all"][f"recall_at_20_{side}_lists"]["value"]
            for name, groups in rankers.items()
            if name in _REMEMBERED
        }
        known = {name: f"{share:.0%}" for name, share in shares.items() if share is not None}
        if not {"model", "rule"} <= known.keys():
            continue
        model = known.pop("model")
        others = say("report.comma", lang).join(
            say(
                "report.evaluation.other_share",
                lang,
                ranker=_name("rankers", name, lang),
                share=one,
            )
            for name, one in known.items()
        )
        lists = rankers["model"]["all"][f"{side}_lists"]
        code = f"report.evaluation.headline_{side}"
        said = say(code, lang, lists=lists, model=model, others=others)
        found.append(Line(said, style="bold"))
    return found


def _order_of(whole: Figures, lang: Language) -> list[Line]:
    """On how many lists the order was judged, and of which side where it is one only."""
    if not whole["lists"]:
        return []
    missing = [one for one in _SIDES if whole[f"ndcg_at_10_{one}_lists"]["value"] is None]
    code = f"without_{missing[0]}" if missing else "both"
    return [Line(say(f"report.evaluation.order_of.{code}", lang, lists=whole["lists"]))]


def _measures(
    found: Figures, title: str, measures: Sequence[str], lang: Language
) -> tuple[Line, Table]:
    """Every ranker on all introductions, the model first, and what the difference amounts to."""
    table = _table()
    table.add_column(say("report.evaluation.ranker", lang))
    for name in measures:
        table.add_column(say(f"report.evaluation.measure.{name}", lang), justify="right")
    table.add_column(say("report.evaluation.against", lang))
    for ranker, groups in found["rankers"].items():
        verdict = "" if ranker == "model" else _verdict(found["differences"][ranker], title, lang)
        cells = [_figure(groups["all"][name], digits=2 if len(measures) < 4 else 3)
                 for name in measures]  # fmt: skip
        style = "bold" if ranker == "model" else ""
        table.add_row(_name("rankers", ranker, lang), *cells, verdict, style=style)
    return _heading(title, lang), table


def _verdict(differences: Figures, title: str, lang: Language) -> str:
    """Whether the model is better beyond chance: by what is found and by order, or by chances."""
    if title != "lists":
        return say(f"report.evaluation.{_beyond_chance(differences, 'log_loss')}", lang)
    found, order = (_beyond_chance(differences, name) for name in _LISTS)
    if found == order:
        return say(f"report.evaluation.{found}", lang)
    words = {
        what: say(f"report.evaluation.word.{verdict}", lang)
        for what, verdict in (("found", found), ("order", order))
    }
    return say("report.evaluation.found_and_order", lang, **words)


def _beyond_chance(differences: Figures, name: str) -> str:
    """``better``, ``worse`` or, where chance may explain the difference, ``same``."""
    low, high = differences[name]["low"], differences[name]["high"]
    if low is None or high is None or low <= 0 <= high:
        return "same"
    return "better" if (low > 0) == (name in _HIGHER_IS_BETTER) else "worse"


def _groups(rankers: Figures, title: str, measure: str, lang: Language) -> tuple[Line, Table]:
    """One measure, group by group and ranker by ranker."""
    table = _table()
    table.add_column(say("report.evaluation.group", lang), no_wrap=True)
    counted = "looked_for" if measure == "recall_at_20" else "introductions"
    table.add_column(say(f"report.evaluation.{counted}", lang), justify="right")
    table.add_column(_name("rankers", "model", lang), justify="right", no_wrap=True)
    for ranker in list(rankers)[1:]:
        table.add_column(_name("narrow", ranker, lang), justify="right", overflow="fold")
    for group, model in rankers["model"].items():
        key = "signings_looked_for" if counted == "looked_for" else counted
        values = [groups[group][measure] for groups in rankers.values()]
        first, *others = values
        cells = [_figure(first), *(_figure(value, alone=True) for value in others)]
        table.add_row(_name("groups_of", group, lang), str(model[key]), *cells)
    return _heading(title, lang), table


def _heading(title: str, lang: Language) -> Line:
    return Line(say(f"report.evaluation.{title}", lang), style="bold")


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))


def _figure(one: Figures, *, digits: int = 2, alone: bool = False) -> str:
    """A figure with its range in brackets; a dash where it could not be measured."""
    if one["value"] is None:
        return "—"
    value = f"{one['value']:.{digits}f}"
    if alone or one["low"] is None or one["high"] is None:
        return value
    return f"{value} ({one['low']:.2f}–{one['high']:.2f})"


def _name(area: str, name: str, lang: Language) -> str:
    label = catalogue().get(f"report.evaluation.{area}.{name}")
    return name if label is None else label[lang]
