"""A match list as a Word document that can be handed on: heading, list, how it was made."""

from __future__ import annotations

from typing import Any

from api.reports import details, provenance, word_template
from api.reports.columns import known
from api.reports.figures import distance, odds, percent_likely, percent_range
from api.reports.provenance import Provenance
from features.language import Language, say
from matcher.match_list import Match, MatchList

_WIDTHS_MM = {
    "rank": 13.0, "name": 52.0, "p_signed": 32.0, "reasons": 82.0, "terms": 70.0, "known": 18.0,
}  # fmt: skip


def render(
    match_list: MatchList, made: Provenance, lang: Language, *, contacts: bool = False
) -> bytes:
    """The list as a document, A4 across.

    Parameters
    ----------
    contacts : bool
        Add contact, phone and officer: for promotion staff only.
    """
    document = word_template.blank(landscape=True)
    title = provenance.title(match_list, lang)
    document.add_paragraph(title, style="Title")
    _mark(document, match_list, lang)
    if match_list.matches:
        _table(document, match_list, lang, contacts=contacts)
    else:
        note = match_list.note[lang] if match_list.note else ""
        document.add_paragraph(say("report.empty", lang) + note)
    if match_list.outlook is not None:
        _labelled(document, say("report.about.outlook", lang), match_list.outlook[lang], lang)
    _about(document, match_list, made, lang)
    _footer(document, match_list, lang)
    return word_template.to_bytes(document, title=title, author=made.made_by, moment=made.moment)


def _mark(document: Any, match_list: MatchList, lang: Language) -> None:
    from docx.shared import RGBColor

    mark = provenance.mark(match_list)
    if mark is None:
        return
    run = document.add_paragraph().add_run(mark[lang])
    run.bold = True
    run.font.color.rgb = RGBColor(0xC0, 0, 0)


def _table(document: Any, match_list: MatchList, lang: Language, *, contacts: bool) -> None:
    widths = list(_WIDTHS_MM.values())
    headings = [say(f"report.column.{name}", lang) for name in _WIDTHS_MM]
    table = word_template.table(document, headings, widths)
    for match in match_list.matches:
        word_template.add_row(table, _cells(match, lang, contacts=contacts), widths)


def _cells(match: Match, lang: Language, *, contacts: bool) -> list[str]:
    """The cells of a match; several lines in one cell are parted by newlines."""
    low, high = match.interval["signed"]
    signed = match.probability["signed"]
    terms = [say("report.separator", lang).join(details.terms(match, lang))]
    for heading, said in (
        ("cautions", details.cautions(match, lang)),
        ("improve", details.improve(match, lang)),
    ):
        if said:
            value = say("report.separator", lang).join(said)
            terms.append(_told(heading, value, lang))
    return [
        str(match.rank),
        "\n".join([match.name, *_whereabouts(match, lang)]
                  + (details.contacts(match, lang) if contacts else [])),
        f"{percent_likely(signed)} ({percent_range(low, high)})\n{odds(signed)[lang]}",
        "\n".join(details.reasons(match, lang)),
        "\n".join(line for line in terms if line),
        known(match, lang) or say("report.not_known_yet", lang),
    ]  # fmt: skip


def _whereabouts(match: Match, lang: Language) -> list[str]:
    """Under the name: id, partner, region, distance, whether paired."""
    place = [match.region_name[lang]]
    if match.distance_km is not None:
        place.append(distance(match.distance_km, lang))
    place.append(say(f"report.paired.{'yes' if match.paired else 'no'}", lang))
    found = [match.candidate_id, say("report.comma", lang).join(part for part in place if part)]
    if match.via is not None:
        found.append(_told("via", match.via, lang))
    return found


def _told(column: str, value: str, lang: Language) -> str:
    label = say(f"report.column.{column}", lang)
    return say("report.labelled", lang, label=label, value=value)


def _labelled(document: Any, label: str, value: str, lang: Language) -> None:
    """A paragraph that begins with a bold label."""
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run(say("report.label", lang, label=label)).bold = True
    paragraph.add_run(value)


def _about(document: Any, match_list: MatchList, made: Provenance, lang: Language) -> None:
    document.add_heading(say("report.about.heading", lang), level=1)
    for label, value in provenance.lines(match_list, made, lang, only=provenance.MADE):
        _labelled(document, label, value, lang)
    document.add_heading(say("report.about.reading", lang), level=1)
    for sentence in provenance.reading(lang):
        document.add_paragraph(sentence, style="List Bullet")


def _footer(document: Any, match_list: MatchList, lang: Language) -> None:
    """Page number, and on every page the mark of made-up data."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    mark = provenance.mark(match_list)
    if mark is not None:
        paragraph.add_run(f"{mark[lang]}    ")
    word_template.add_page_number(paragraph)
