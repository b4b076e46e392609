"""What stands under a match: its reasons, cautions, terms and what would help, in words."""

from __future__ import annotations

from api.reports.figures import amount, cell, investment, percent, percent_likely, with_basis
from features.columns import Column
from features.industries import Industries
from features.language import Language, catalogue, say
from features.schema import TABLES
from matcher.match_list import Match

#: Terms that are rates: 0.03 is said as 3 %.
_RATES = frozenset({"subsidy_rate", "growth"})


def reasons(match: Match, lang: Language, *, most: int | None = None) -> list[str]:
    """The reasons in words, each with its sign: + for the match, - against it.

    Parameters
    ----------
    most : int, optional
        Show only this many, those that weigh most, for or against, and what weighs most against
        the match if it is not among them; in the order of the match.
    """
    weight = sorted((-abs(reason.contribution), i) for i, reason in enumerate(match.reasons))
    kept = {i for _, i in weight[:most]}
    against = [i for _, i in weight if match.reasons[i].contribution < 0]
    told = [match.reasons[i] for i in sorted(kept | set(against[:1]))]
    return [f"{_sign(reason.contribution, lang)}{reason.text[lang]}" for reason in told]


def _sign(contribution: float, lang: Language, figure: str = "") -> str:
    """In brackets: a cell that begins with a bare + would be taken for a formula."""
    if lang == "zh":
        return f"（＋{figure}）" if contribution >= 0 else f"（－{figure}）"
    return f"(+{figure}) " if contribution >= 0 else f"(-{figure}) "


def sum_of_score(match: Match, lang: Language) -> list[str]:
    """All reasons with their parts of the score, and a last line in which they add up to it.

    The figures shown add up to the last digit: what rounding leaves is among "all else".
    """
    parts = [round(100 * reason.contribution) for reason in match.reasons]
    said = [
        f"{_sign(part or reason.contribution, lang, _hundredths(part))}{reason.text[lang]}"
        for part, reason in zip(parts, match.reasons, strict=True)
    ]
    score, base = round(100 * match.score), round(100 * match.base)
    shown = {"reasons": sum(parts), "other": score - base - sum(parts)}
    signed = {name: f"{'+' if n >= 0 else '-'}{_hundredths(n)}" for name, n in shown.items()}
    total = {"score": f"{score / 100:.2f}", "base": f"{base / 100:.2f}"}
    return [*said, say("report.sum_of_score", lang, **total, **signed)]


def _hundredths(number: int) -> str:
    """A whole number of hundredths without its sign."""
    return f"{abs(number) / 100:.2f}"


def cautions(match: Match, lang: Language) -> list[str]:
    """What to mind about the match."""
    return [said[lang] for _, said in match.cautions]


def improve(match: Match, lang: Language) -> list[str]:
    """What would move the match up."""
    return [said[lang] for said in match.improve]


def terms(match: Match, lang: Language) -> list[str]:
    """The candidate's own terms, each with its label and unit; unknown ones are left out."""
    return [
        say("report.labelled", lang, label=term_label(name, lang), value=term_value(name, v, lang))
        for name, v in match.terms.items()
        if v is not None and v != ""
    ]


def term_label(name: str, lang: Language) -> str:
    """What a column of a candidate is called; a user's own column by its own name."""
    column = _column(name)
    if column is not None:
        return column.label[lang]
    own = catalogue().get(f"report.term.{name}")
    return name if own is None else own[lang]


def term_value(name: str, value: object, lang: Language) -> str:
    """A value of a candidate's column with its unit; an industry also by its name."""
    if name in _RATES and isinstance(value, int | float):
        return f"{value * 100:.2f}".rstrip("0").rstrip(".") + "%"
    if name == "industry" and value in (tree := Industries.built_in()):
        named = tree.name(str(value), lang).removesuffix(f" ({value})")
        return f"{value} {named}"
    column = _column(name)
    has_unit = column is not None and column.unit is not None
    said = amount(value) if has_unit and isinstance(value, int | float) else cell(value, lang)
    if column is None or column.unit is None:
        return said
    unit = column.unit[lang].split(" (")[0]
    if unit[0].isdigit():  # "8 × 10,000 yuan a mu"
        unit = f"× {unit}"
    return say("report.with_unit", lang, value=said, unit=unit)


def is_rate(name: str) -> bool:
    """Whether a term is a fraction that people read in percent."""
    return name in _RATES


def _column(name: str) -> Column | None:
    for table in ("resources", "enterprises"):
        for column in TABLES[table].columns:
            if column.name == name:
                return column
    return None


def ahead(match: Match, lang: Language) -> str:
    """The chances of the later stages, in one phrase: of all introduced, not of those who sign."""
    chance = match.probability
    each = {stage: percent_likely(chance[stage]) for stage in _LATER}
    said = say("report.chances_ahead", lang, **each)
    if chance["signed"] <= 0:
        return said
    share = percent(chance["started"] / chance["signed"])
    return say("report.chances_ahead_if_signed", lang, chances=said, share=share)


_LATER = ("started", "funded", "completed")


def money(match: Match, lang: Language) -> str:
    """The expected investment, in one phrase, and what it rests on."""
    expected, chance = match.expected_investment_wan, match.probability["signed"]
    said = investment(expected, lang)
    if expected is None or match.investment_basis is None or chance <= 0:
        return said
    return with_basis(said, expected / chance, match.investment_basis, lang)


def contacts(match: Match, lang: Language) -> list[str]:
    """Contact, phone and officer, where known; for staff only."""
    return [
        say("report.labelled", lang, label=say(f"report.column.{name}", lang), value=value)
        for name in ("contact", "phone", "officer")
        if (value := match.contacts.get(name))
    ]


def term_heading(name: str, lang: Language) -> str:
    """A term as the heading of a column: its label with its unit in brackets."""
    column = _column(name)
    if column is None or column.unit is None or name in _RATES:
        return term_label(name, lang)
    heading = {"zh": "{label}（{unit}）", "en": "{label} ({unit})"}[lang]
    return heading.format(label=column.label[lang], unit=column.unit[lang].split(" (")[0])
