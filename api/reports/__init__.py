"""Lists, answers and judgements as people and programs read them: one module a format."""

from __future__ import annotations

from importlib import import_module
from typing import Literal, Protocol, cast

from api.reports.provenance import Provenance, stamp
from features.language import Language
from matcher.match_list import MatchList, PairAnswer, as_list

__all__ = ["FILE_FORMATS", "FileFormat", "Provenance", "match_file", "pair_file", "stamp"]

FileFormat = Literal["json", "csv", "xlsx", "docx"]
FILE_FORMATS: tuple[FileFormat, ...] = ("json", "csv", "xlsx", "docx")


class _Renderer(Protocol):
    def render(
        self, match_list: MatchList, made: Provenance, lang: Language, *, contacts: bool = False
    ) -> bytes: ...


def match_file(
    match_list: MatchList,
    form: FileFormat,
    made: Provenance,
    lang: Language,
    *,
    contacts: bool = False,
) -> bytes:
    """A match list as the bytes of a file.

    Parameters
    ----------
    contacts : bool
        Add contact, phone and officer: for promotion staff only (never in JSON).
    """
    renderer = cast(
        _Renderer, import_module(f"api.reports.match_{form}")
    )  # Word, Excel load slowly
    return renderer.render(match_list, made, lang, contacts=contacts)


def pair_file(
    answer: PairAnswer,
    form: FileFormat,
    made: Provenance,
    lang: Language,
    *,
    contacts: bool = False,
) -> bytes:
    """The answer on one pair as the bytes of a file."""
    if form == "json":
        from api.reports import match_json

        return match_json.render_pair(answer, made)
    return match_file(as_list(answer), form, made, lang, contacts=contacts)
