"""A map for a workbook as a form: what each column is taken for, to be confirmed or changed."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from api.usecases.draft_folder import SKIPPED, Draft
from features import map_file
from features.findings import FindingsError
from features.language import Language
from features.schema import TABLES, TableSpec, choice_label

Entry = dict[str, Any]
_DECIDED = ("value", "unit", "column", "day", "split")
DASHES = ("-", "—", "－", "–")


def view(draft: Draft, lang: Language) -> list[dict[str, Any]]:
    """The tables of a map for a template; names of fields are those that :func:`apply` reads."""
    doubts: dict[str, list[str]] = {}
    for one in draft.document.get("uncertain", []):
        doubts.setdefault(str(one["at"]), []).append(one["message"][lang])
    tables = []
    for i, entry in enumerate(draft.document["tables"]):
        spec, place = TABLES[entry["table"]], f"tables[{i}]"
        columns = draft.columns[i] if i < len(draft.columns) else []
        about = {letter: (heading, samples) for letter, heading, samples in columns}
        used = {_letter(said) for said in entry["columns"].values()}
        used |= {letter for said in entry["columns"].values() for letter in _ticked(said)}
        tables.append({
            "field": f"t{i}", "table": spec.label[lang], "sheet": entry.get("sheet") or draft.name,
            "rows": f"{entry['first_row']}–{entry.get('last_row') or '…'}",
            "skipped": bool(entry.get(SKIPPED)),
            "doubts": doubts.get(place, []) + [said for at, told in doubts.items()
                                               if at.startswith(f"{place}.skip") for said in told],
            "open": entry.get("confirmed") is False,
            "sources": [(letter, f"{letter} {heading}".strip()) for letter, heading, _ in columns],
            "columns": [
                _column(f"t{i}.{name}", spec, name, said, about, lang,
                        doubts.get(f"{place}.columns.{name}", []))
                for name, said in entry["columns"].items()
            ],
            "unread": [
                {"field": f"t{i}.new.{letter}", "letter": letter, "heading": heading,
                 "samples": samples, "doubts": doubts.get(f"{place}.unmapped.{letter}", [])}
                for letter, heading, samples in columns if letter not in used
            ],
            "free": [(c.name, c.label[lang]) for c in spec.columns
                     if _free(entry["columns"], c.name)],
        })  # fmt: skip
    return tables


def first_open(tables: list[dict[str, Any]]) -> str | None:
    """Where on the page the first thing stands that has to be looked at."""
    for table in tables:
        if table["skipped"]:
            continue
        if table["open"]:
            return str(table["field"])
        for column in table["columns"]:
            if column["unsure"]:
                return str(column["field"])
    return None


def _free(columns: Mapping[str, Any], name: str) -> bool:
    """Whether a column may be read as this one: what is the same in every row gives way."""
    said = columns.get(name)
    return said is None or (isinstance(said, dict) and "value" in said)


def _letter(said: Any) -> str:
    return said if isinstance(said, str) else str(said.get("column") or "")


def _ticked(said: Any) -> list[str]:
    return list(said.get("ticks", {})) if isinstance(said, dict) else []


def _column(
    field: str, spec: TableSpec, name: str, said: Any, about: Mapping[str, Any], lang: Language,
    doubts: list[str],
) -> dict[str, Any]:  # fmt: skip
    entry: Entry = {"column": said} if isinstance(said, str) else said
    letter = _letter(entry)
    column = spec.column(name) if name in spec.names else None
    choices = [] if column is None else [
        (choice, choice_label(spec.name, name, choice)[lang]) for choice in column.choices
    ]  # fmt: skip
    unsaid = None in (*entry.get("words", {}).values(), *(entry.get(n, "") for n in _DECIDED))
    is_open = entry.get("confirmed") is False
    return {
        "field": field, "label": column.label[lang] if column else name, "entry": entry,
        "required": bool(column and column.required),
        "how": next((how for how in ("value", "by_rows", "ticks", "make") if how in entry), ""),
        "letter": letter, "samples": about[letter][1] if letter in about else [],
        "has_unit": "unit" in entry, "unit": entry.get("unit"),
        "our_unit": column.unit[lang] if column and column.unit else "",
        "words": [
            {"field": f"{field}.word{k}", "written": written, "meant": meant}
            for k, (written, meant) in enumerate(entry.get("words", {}).items())
        ],
        "made_of": [spec.column(one).label[lang] for one in entry.get("make", ())],
        "ticks": [(at, choice_label(spec.name, name, choice)[lang])
                  for at, choice in entry.get("ticks", {}).items()],
        "parts": entry.get("by_rows", []),
        "choices": choices, "open": is_open, "unsaid": unsaid, "unsure": is_open or unsaid,
        "doubts": doubts if is_open and not unsaid else [],
    }  # fmt: skip


def undecided(draft: Draft) -> int:
    """In how many places a map cannot be read by yet."""
    try:
        map_file.load(draft.map_file)
    except FindingsError as error:
        return error.total
    return 0


def apply(draft: Draft, sent: Mapping[str, str]) -> Entry:
    """The map as the form has it; what is not in the form stays as it was proposed."""
    document = copy.deepcopy(draft.document)
    for i, entry in enumerate(document["tables"]):
        entry.pop(SKIPPED, None)
        if sent.get(f"t{i}.skip"):  # its place stays: columns and doubts are told by places
            entry[SKIPPED] = True
            continue
        if sent.get(f"t{i}.ok"):
            entry.pop("confirmed", None)
        headings = {letter: heading for letter, heading, _ in draft.columns[i]}
        for name in list(entry["columns"]):
            if not _renamed(
                entry["columns"], name, sent.get(f"t{i}.{name}.as", ""), TABLES[entry["table"]]
            ):
                _change(entry["columns"], name, f"t{i}.{name}", sent, headings)
        for letter, heading in headings.items():
            ours = sent.get(f"t{i}.new.{letter}", "")
            if ours in TABLES[entry["table"]].names and _free(entry["columns"], ours):
                entry["columns"][ours] = {"column": letter, "heading": heading}
                entry.get("unmapped", {}).pop(letter, None)
    document.pop("confirmed", None)
    return document


def _renamed(columns: Entry, name: str, ours: str, spec: TableSpec) -> bool:
    """Read a column as another of ours instead; what was meant for the first is dropped."""
    said = columns[name]
    if ours not in spec.names or not _free(columns, ours) or not _letter(said):
        return False
    heading = "" if isinstance(said, str) else str(said.get("heading") or "")
    del columns[name]
    columns[ours] = {"column": _letter(said), "heading": heading}
    return True


def _change(
    columns: Entry, name: str, field: str, sent: Mapping[str, str], headings: Mapping[str, str]
) -> None:
    said = columns[name]
    entry: Entry = {"column": said} if isinstance(said, str) else said
    chosen = sent.get(f"{field}.column")
    if chosen == "":
        del columns[name]
        return
    if chosen is not None and chosen != entry.get("column"):
        # Units and words were those of another column.
        columns[name] = {"column": chosen, "heading": headings.get(chosen, "")}
        return
    if "value" in entry and f"{field}.value" in sent:
        written = sent[f"{field}.value"].strip()
        if not written and entry["value"] is not None:
            del columns[name]
            return
        entry["value"] = written or None
    if f"{field}.unit" in sent:
        written = sent[f"{field}.unit"].strip()
        if written:
            entry["unit"] = written
        elif entry.get("unit") is not None:
            entry.pop("unit")
    for k, written in enumerate(list(entry.get("words", {}))):
        if (meant := sent.get(f"{field}.word{k}")) is not None:
            entry["words"][written] = _meant(meant.strip(), entry["words"][written])
    if sent.get(f"{field}.ok"):
        entry.pop("confirmed", None)
    columns[name] = entry


def _meant(said: str, before: str | None) -> str | None:
    """What a word means: a lone dash is "not known"; what was to be decided stays so if empty."""
    if said in DASHES:
        return ""
    return None if before is None and not said else said
