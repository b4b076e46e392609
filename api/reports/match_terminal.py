"""A match list in a terminal: one line of figures a match, its reasons in words under it.

Fits 100 columns; a Chinese character counts as two, as terminals draw it.
"""

from __future__ import annotations

from io import StringIO

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from api.reports import details, provenance
from api.reports.figures import cell, choice, distance, odds, percent_likely, percent_range
from api.reports.provenance import Provenance
from features.language import Language, say
from matcher.match_list import Match, MatchList, PairAnswer, as_list

WIDTH = 100

#: Columns and the terminal cells each takes; with the blanks between, 100.
_COLUMNS = {
    "rank_short": 3, "name": 24, "region_name": 14, "p_signed": 15, "odds": 14,
    "distance_short": 8, "paired": 6, "known_short": 9,
}  # fmt: skip
_RIGHT = frozenset({"rank_short", "p_signed", "distance_short"})
_ABOUT = (
    "query", "unknown", "as_of", "pairing", "model", "filters", "congestion", "generated_at",
    "made_by",
)  # fmt: skip
_REASONS_SHOWN = 3
_INDENT = 4


def match_list_view(
    match_list: MatchList, made: Provenance, lang: Language, *, contacts: bool = False
) -> RenderableType:
    """The whole list as something a rich console prints.

    Parameters
    ----------
    contacts : bool
        Show contact, phone and officer: for promotion staff only.
    """
    title = provenance.title(match_list, lang)
    parts: list[RenderableType] = _header(title, match_list, made, lang)
    if not match_list.matches:
        parts.append(Line(say("report.empty", lang), style="bold"))
        if match_list.note is not None:
            parts.append(Line(match_list.note[lang]))
        return Group(*parts)
    parts.append(_head_row(lang))
    for match in match_list.matches:
        parts += _match(match, lang, contacts=contacts)
    return Group(*parts, *_footer(match_list, lang))


def pair_view(
    answer: PairAnswer, made: Provenance, lang: Language, *, contacts: bool = False
) -> RenderableType:
    """One pair: whether it is possible, why not, and its figures."""
    listed = as_list(answer)
    title = provenance.pair_title(answer, lang)
    parts: list[RenderableType] = _header(title, listed, made, lang)
    if answer.possible:
        parts.append(Line(say("report.possible", lang), style="bold green"))
    else:
        parts.append(Line(say("report.barred_heading", lang), style="bold red"))
        parts += [_under(f"× {said[lang]}", "red") for _, said in answer.barred]
        parts += [Line(""), Line(say("report.barred_figures", lang))]
    shown = _match(answer.match, lang, contacts=contacts, whole=True)
    parts += [Line(""), _head_row(lang), *shown]
    return Group(*parts, *_footer(listed, lang))


def _header(
    title: str, match_list: MatchList, made: Provenance, lang: Language
) -> list[RenderableType]:
    """Title, mark of made-up data, how the list was made, a blank line."""
    found: list[RenderableType] = [Line(title, style="bold cyan")]
    mark = provenance.mark(match_list)
    if mark is not None:
        found.append(Line(mark[lang], style="bold yellow"))
    about = Table.grid(padding=(0, 1))
    about.add_column(style="dim", no_wrap=True)
    about.add_column()
    for label, value in provenance.lines(match_list, made, lang, only=_ABOUT):
        about.add_row(label, Line(value))
    return [*found, about, Line("")]


def _footer(match_list: MatchList, lang: Language) -> list[RenderableType]:
    """Outlook and how to read the list."""
    found = []
    if match_list.outlook is not None:
        label = say("report.about.outlook", lang)
        said = say("report.labelled", lang, label=label, value=match_list.outlook[lang])
        found.append(Line(said, style="bold"))
    return [*found, Line(say("report.how_to_read", lang), style="dim")]


def _row() -> Table:
    table = Table.grid(padding=(0, 1))
    for name, width in _COLUMNS.items():
        justify = "right" if name in _RIGHT else "left"
        table.add_column(justify=justify, width=width, overflow="fold")  # type: ignore[arg-type]
    return table


def _head_row(lang: Language) -> Table:
    table = _row()
    table.add_row(*(Line(say(f"report.column.{name}", lang), style="bold") for name in _COLUMNS))
    return table


def _match(
    match: Match, lang: Language, *, contacts: bool, whole: bool = False
) -> list[RenderableType]:
    """The line of figures, then reasons, cautions, what would help and facts under it.

    ``whole``: all reasons with their figures, as they add up to the score.
    """
    low, high = match.interval["signed"]
    signed = match.probability["signed"]
    table = _row()
    table.add_row(
        str(match.rank),
        Line(match.name, style="bold"),
        Line(match.region_name[lang] or say("report.dash", lang)),
        f"{percent_likely(signed)} ({percent_range(low, high)})",
        odds(signed)[lang],
        distance(match.distance_km, lang),
        cell(match.paired, lang),
        Line(choice(match.known, lang) if match.known else say("report.not_known_yet", lang)),
    )
    found: list[RenderableType] = [table]
    if whole:
        found += [_under(said) for said in details.sum_of_score(match, lang)]
    else:
        found += [_under(said) for said in details.reasons(match, lang, most=_REASONS_SHOWN)]
    found += [_under(f"! {said}", "yellow") for said in details.cautions(match, lang)]
    if match.improve:
        helps = _joined(details.improve(match, lang), lang)
        label = say("report.column.improve", lang)
        found.append(_under(say("report.labelled", lang, label=label, value=helps)))
    found += [_under(said, "dim") for said in _facts(match, lang)]
    if contacts and match.contacts:
        found += [_under(said, "dim") for said in _lines(details.contacts(match, lang), lang)]
    return [*found, Line("")]


def _facts(match: Match, lang: Language) -> list[str]:
    """Id, partner, later stages and money; then as many of the terms as one line holds."""
    ids = {"candidate_id": match.candidate_id, "via": match.via}
    said = [
        say("report.labelled", lang, label=say(f"report.column.{name}", lang), value=value)
        for name, value in ids.items()
        if value is not None
    ]
    said.append(details.ahead(match, lang))
    if match.expected_investment_wan is not None:
        said.append(details.money(match, lang))
    terms = _lines(details.terms(match, lang), lang)
    return [*_lines(said, lang), *terms[:1]]


def _lines(items: list[str], lang: Language) -> list[str]:
    """Items in lines that fit, none broken in its middle: a number stays whole."""
    lines: list[str] = []
    for item in items:
        longer = _joined([lines[-1], item], lang) if lines else item
        if lines and cell_len(longer) <= WIDTH - _INDENT:
            lines[-1] = longer
        else:
            lines.append(item)
    return lines


def _joined(said: list[str], lang: Language) -> str:
    return say("report.separator", lang).join(said)


def _under(said: str, style: str = "") -> Padding:
    """A line under a match; what does not fit goes on below, as far in."""
    return Padding(Line(said, style=style), (0, 0, 0, _INDENT))


def as_text(view: RenderableType, *, width: int = WIDTH) -> str:
    """The view as plain text, no line wider than ``width`` cells."""
    file = StringIO()
    console = Console(file=file, width=width, force_terminal=False, color_system=None)
    console.print(view, markup=False, highlight=False, emoji=False)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())
