"""How a list came about: with which filters, model and date, by whom, from what data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.reports.crowding_words import crowding_said
from api.reports.figures import cell
from api.settings import stamp
from features.language import Language, Text, catalogue, say, text
from matcher.match_list import MatchList, PairAnswer

__all__ = [
    "MADE", "Provenance", "filters", "filters_as_json", "lines", "mark", "model", "pair_title",
    "query_name", "reading", "stamp", "title",
]  # fmt: skip

#: The lines about the making of a list, without outlook and note.
MADE = (
    "query", "unknown", "data", "as_of", "pairing", "model", "filters", "congestion",
    "generated_at", "made_by",
)  # fmt: skip


@dataclass(frozen=True)
class Provenance:
    """What a format must say beside the list itself.

    Attributes
    ----------
    generated_at : str
        UTC stamp, ``2008-03-01T00:00:00Z``; see :func:`stamp`.
    made_by : str
        Who asked for the list.
    """

    generated_at: str
    made_by: str

    @property
    def moment(self) -> datetime:
        """The stamp as a naive UTC datetime, as office formats hold it."""
        return datetime.fromisoformat(self.generated_at).replace(tzinfo=None)


def title(match_list: MatchList, lang: Language) -> str:
    """The heading of a list: whom it is for."""
    side = match_list.query["side"]
    return say(f"report.title.{side}", lang, name=query_name(match_list, lang))


def query_name(match_list: MatchList, lang: Language) -> str:
    """What the query is called: a region by its English name where there is one."""
    query = match_list.query
    return query.get(f"name_{lang}") or query["name"]


def model(match_list: MatchList, lang: Language) -> str:
    """The model that made the list, in one phrase, with its warning where it is degraded."""
    made_with = match_list.model
    if made_with["id"] == "rule":
        code = "model_rule_instead" if made_with["degraded"] else "model_rule"
        if made_with.get("by_choice"):
            code = "model_rule_chosen"
        said = say(f"report.about.{code}", lang)
    else:
        trained = cell(made_with["trained_as_of"], lang)
        said = say("report.about.model_trained", lang, id=made_with["id"], trained=trained)
        if made_with.get("saw_later") is not None:
            later = cell(made_with["saw_later"], lang)
            said = say("report.about.model_saw_later", lang, model=said, later=later)
    if not made_with["degraded"]:
        return said
    why = made_with.get("why")
    if why is None:
        return f"{said} {say('report.about.degraded', lang)}"
    return f"{said} {say('report.about.degraded_why', lang, why=cell(why, lang))}"


def filters(match_list: MatchList, lang: Language) -> str:
    """The filters that were set, in words; those left open are not named."""
    said = [
        say("report.labelled", lang, label=_filter_name(name, lang), value=cell(value, lang))
        for name, value in match_list.filters.items()
        if value is not None
    ]
    return say("report.separator", lang).join(said) or say("report.about.no_filters", lang)


def _filter_name(name: str, lang: Language) -> str:
    label = catalogue().get(f"report.filter.{name}")
    return name if label is None else label[lang]


def pair_title(answer: PairAnswer, lang: Language) -> str:
    """The heading of a pair answer: which two."""
    names = {"enterprise": answer.query["name"], "resource": answer.match.name}
    return say("report.title.pair", lang, **names)


def lines(
    match_list: MatchList, made: Provenance, lang: Language, *, only: Sequence[str] | None = None
) -> list[tuple[str, str]]:
    """What is said about how the list was made, as (label, value) pairs in one language.

    Parameters
    ----------
    only : sequence of str, optional
        Names of the lines wanted (``query``, ``data``, ``as_of`` …); all by default.
    """
    query = match_list.query
    side = say(f"report.about.side.{query['side']}", lang)
    named = query_name(match_list, lang)
    asked = say("report.about.query_value", lang, name=named, side=side, id=query["id"])
    data = "report.mark" if match_list.made_up else "report.data_own"
    stamped = say("report.about.generated_value", lang, stamp=made.generated_at)
    pairing = match_list.pairing or say("report.about.no_pairing", lang)
    found = [
        ("query", asked),
        ("data", say(data, lang)),
        ("as_of", match_list.as_of.isoformat()),
        ("pairing", pairing),
        ("model", model(match_list, lang)),
        ("filters", filters(match_list, lang)),
        *(("congestion", said[lang]) for said in crowding_said(match_list.congestion or {})),
        ("generated_at", stamped),
        ("made_by", made.made_by),
    ]
    if match_list.query_unknown is not None:
        found.insert(1, ("unknown", match_list.query_unknown[lang]))
    if match_list.outlook is not None:
        found.append(("outlook", match_list.outlook[lang]))
    if not match_list.matches and match_list.note is not None:
        found.append(("note", match_list.note[lang]))
    wanted = [line for line in found if only is None or line[0] in only]
    return [(say(f"report.about.{name}", lang), value) for name, value in wanted]


def reading(lang: Language) -> list[str]:
    """How to read the figures of a list, one sentence after the other."""
    names = ("signed", "order", "empty", "advice")
    return [say(f"report.about.reading_{name}", lang) for name in names]


def mark(match_list: MatchList) -> Text | None:
    """The mark of made-up data; None for a store's own."""
    return text("report.mark") if match_list.made_up else None


def filters_as_json(match_list: MatchList) -> dict[str, object]:
    """The filters as JSON holds them."""
    found = {k: v if _is_json(v) else str(v) for k, v in match_list.filters.items()}
    return found | ({"congestion": match_list.congestion} if match_list.congestion else {})


def _is_json(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | str | list | dict)
