"""How figures are said to people: chances, money, distances, words of a column."""

from __future__ import annotations

from datetime import date

from features.language import Language, Text, catalogue, say, text

#: Fractions that people read at a glance, for chances above about 3 in 8.
_COMMON = ((2, 5), (1, 2), (3, 5), (2, 3), (3, 4), (4, 5), (9, 10))


def odds(chance: float) -> Text:
    """A chance in words: 0.17 is "about 1 in 6".

    Natural frequencies are understood better than percentages (Gigerenzer & Hoffrage 1995).

    Parameters
    ----------
    chance : float in [0, 1]
    """
    if chance < 0.01:
        return text("report.odds.hardly_any")
    if chance >= 0.95:
        return text("report.odds.nearly_all")
    if chance < 0.365:  # halfway between 1 in 3 and 2 in 5
        count = round(1 / chance)
        return text("report.odds.one_in", n=count if count <= 20 else 5 * round(count / 5))
    part, whole = min(_COMMON, key=lambda pair: (abs(pair[0] / pair[1] - chance), pair))
    return text("report.odds.some_in", k=part, n=whole)


def percent(chance: float) -> str:
    """A chance as whole percent, with one decimal below 1 %."""
    if chance < 0.0005:
        return "0%" if chance <= 0 else "<0.1%"
    return f"{chance:.1%}" if chance < 0.00995 else f"{chance:.0%}"


def percent_likely(value: float) -> str:
    """A chance as :func:`percent` has it; never as certain: nothing that people decide is."""
    return percent(value) if value < 0.995 else ">99%"


def percent_range(low: float, high: float) -> str:
    """A range of chances: ``12–23%``."""
    left, right = percent(low), percent(high)
    return f"{left.removesuffix('%')}–{right}" if not left.startswith("<") else f"{left}–{right}"


def amount(value: float) -> str:
    """A quantity with thousands separators and as many decimals as it needs (at most 2)."""
    shown = f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def investment(value_wan: float | None, lang: Language) -> str:
    """Money in 10,000 yuan, to three figures: an estimate should not look exact."""
    if value_wan is None:
        return say("report.dash", lang)
    return say("report.investment", lang, wan=_three_figures(value_wan))


def with_basis(said: str, if_signed_wan: float, basis: Text, lang: Language) -> str:
    """An expected investment with the sum it comes from, and what that rests on."""
    amount = _three_figures(if_signed_wan)
    return say("report.investment_basis", lang, said=said, amount=amount, basis=basis[lang])


def money(value_wan: float, lang: Language) -> str:
    """Money to three figures, in 亿元, 万元 or 元; in English in billions, millions or yuan."""
    unit, size = _money_unit(value_wan, lang)
    return say(unit, lang, value=_three_figures(value_wan / size))


def money_range(low_wan: float, high_wan: float, lang: Language) -> str:
    """Two sums in one unit: ``68.9–118 亿元``."""
    unit, size = _money_unit(high_wan, lang)
    low, high = _three_figures(low_wan / size), _three_figures(high_wan / size)
    return say(unit, lang, value=f"{low}–{high}")


def _money_unit(value_wan: float, lang: Language) -> tuple[str, float]:
    """The unit that a sum is read in, and how many 万元 it is."""
    wan, yi = (1.0, 1e4) if lang == "zh" else (1e2, 1e5)
    if abs(value_wan) >= yi:
        return "report.money.yi", yi
    return ("report.money.wan", wan) if abs(value_wan) >= wan else ("report.money.yuan", 1e-4)


def _three_figures(value: float) -> str:
    return amount(float(f"{value:.3g}"))


def distance(km: float | None, lang: Language) -> str:
    """Kilometres, whole."""
    if km is None:
        return say("report.dash", lang)
    return say("report.kilometres", lang, km=f"{km:,.0f}")


def choice(value: str, lang: Language) -> str:
    """A value of a choice column as people say it; as it stands where it has no such name."""
    for area in ("choice", "report.filter_value"):
        label = catalogue().get(f"{area}.{value}")
        if label is not None:
            return label[lang]
    return value


def cell(value: object, lang: Language) -> str:
    """Any value of a row or a filter as people read it."""
    if value is None:
        return say("report.dash", lang)
    if isinstance(value, bool):
        return say("report.yes" if value else "report.no", lang)
    if isinstance(value, int | float):
        year = isinstance(value, int) and abs(value) < 10_000  # a year has no separators
        return str(value) if year else amount(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict) and lang in value:
        return str(value[lang])
    if isinstance(value, tuple | list):
        return say("report.comma", lang).join(cell(item, lang) for item in value)
    return choice(str(value), lang)
