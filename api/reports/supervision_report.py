"""The yearly supervision report as a document: a summary in words, then the tables behind it."""

from __future__ import annotations

from api.reports import overdue_report, targets_report
from api.reports.figures import amount
from api.reports.sheets import Document, Sheet
from api.usecases.supervision import Supervision
from features.language import Language, say
from matcher.targets import Progress

__all__ = ["document"]


def document(found: Supervision, lang: Language, *, generated_at: str, made_by: str) -> Document:
    """The report."""
    progress, behind = found.progress, found.behind
    register = progress.register
    summary = say("overdue.supervision.summary", lang)
    sheets = [
        Sheet(summary, summary, (), [], tuple(_words(found, lang))),
        *targets_report.sheets_of(progress, lang, definitions=True),
        overdue_report.summary(behind, lang),
        *overdue_report.sheets_of(behind, lang, light="red"),
    ]
    return Document(
        title=say("overdue.title.supervision", lang, year=found.year, as_of=register.as_of),
        sheets=tuple(sheets),
        about=targets_report.about(
            register, progress.filters, lang, made_up=progress.made_up,
            generated_at=generated_at, made_by=made_by,
        ),
        mark=say("report.mark", lang) if progress.made_up else None,
    )  # fmt: skip


def _words(found: Supervision, lang: Language) -> list[str]:
    """What a reader takes along: a sentence for each thing, every figure from the tables below."""
    total = found.progress.total
    rates = [
        say("register.note.rate", lang, label=say(f"register.column.{name}", lang),
            rate=say("report.dash", lang) if rate is None else f"{rate:.1%}")
        for name, rate in total.rates().items()
    ]  # fmt: skip
    said = [
        say("overdue.supervision.register", lang, projects=amount(total.projects),
            agreed=_yi(total.agreed_wan, lang), in_place=_yi(total.in_place_wan, lang),
            rates=say("report.comma", lang).join(rates)),
    ]  # fmt: skip
    years = found.progress.years
    if years is not None and not years[0] <= found.year <= years[1]:
        said.append(
            say("overdue.supervision.no_plan", lang, year=found.year, first=years[0],
                last=years[1])
        )  # fmt: skip
    said += [
        _progress(row, lang)
        for row in found.progress.in_year
        if row.part_of is None and row.share is not None
    ]
    red = [item for item in found.behind.found.projects if item.light == "red"]
    late = [item for item in found.behind.found.problems if item.days_late]
    said.append(
        say("overdue.supervision.behind", lang, projects=len({p.project_id for p in red}),
            problems=len(late), lines=len(found.behind.found.lines))
    )  # fmt: skip
    return said


def _yi(wan: float | None, lang: Language) -> str:
    """A sum of 万元 in 亿元; a dash where it is not known."""
    return say("report.dash", lang) if wan is None else amount(wan / 1e4)


def _progress(row: Progress, lang: Language) -> str:
    return say(
        "overdue.supervision.progress", lang, indicator=row.indicator.label[lang],
        reached=amount(row.reached or 0.0), target=amount(row.target or 0.0),
        share=f"{row.share or 0.0:.1%}",
    )  # fmt: skip
