"""Chinese and English from one catalogue.

Every sentence said to a user stands in a TOML file of ``data/messages`` under a code::

    [finding.not_a_number]
    zh = "“{value}”不是数字"
    en = "'{value}' is not a number"

Core code passes codes and values around, so that both languages are at hand wherever a
sentence is shown (a terminal, a JSON document, a page).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Literal, cast

import data

_parsed = Formatter().parse

Language = Literal["zh", "en"]
Text = dict[str, str]

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def current_language() -> Language:
    """Language of this process: ``SHANHAI_LANG``, else Chinese."""
    wanted = os.environ.get("SHANHAI_LANG", "zh").lower()
    return "en" if wanted.startswith("en") else "zh"


@cache
def catalogue() -> dict[str, Text]:
    """All messages by their dotted code, e.g. ``finding.not_a_number``."""
    found: dict[str, Text] = {}
    for file in sorted(data.folder("messages").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            _collect("", tomllib.loads(file.read_text(encoding="utf-8")), found)
    return found


def _collect(prefix: str, node: dict[str, object], found: dict[str, Text]) -> None:
    if "zh" in node and isinstance(node["zh"], str):
        found[prefix] = cast(Text, node)
        return
    for key, child in node.items():
        if isinstance(child, dict):
            _collect(f"{prefix}.{key}" if prefix else key, child, found)


def text(code: str, /, **values: object) -> Text:
    """The message of a code in both languages, with its values filled in.

    A value that is itself a :data:`Text` is filled in in the language of the sentence.

    Raises
    ------
    KeyError
        If the catalogue has no such code, or a value that the sentence needs is missing.
    """
    return filled(code, values)


def filled(code: str, values: Mapping[str, object]) -> Text:
    """:func:`text` with the values in a mapping, of which only those needed are looked up."""
    message = catalogue()[code]
    named = _named(code)
    if not named:
        return {lang: message[lang].format() for lang in LANGUAGES}
    # Each value is asked for once, then said in both languages.
    found = [(name, values[name]) for name in named]
    return {
        lang: message[lang].format_map(
            {n: v[lang] if isinstance(v, dict) and lang in v else v for n, v in found}
        )
        for lang in LANGUAGES
    }


@cache
def _named(code: str) -> tuple[str, ...]:
    """Names of the values that the sentences of a code need."""
    fields = (field for lang in LANGUAGES for _, field, _, _ in _parsed(catalogue()[code][lang]))
    named = (re.split(r"[.\[]", field, maxsplit=1)[0] for field in fields if field is not None)
    return tuple(dict.fromkeys(named))


def say(code: str, /, lang: Language | None = None, **values: object) -> str:
    """The message of a code in one language (default: that of the process)."""
    lang = lang or current_language()
    return catalogue()[code][lang].format_map(_In(values, lang))


class _In:
    """Values as they are said in one language."""

    __slots__ = ("_lang", "_values")

    def __init__(self, values: Mapping[str, object], lang: str) -> None:
        self._values, self._lang = values, lang

    def __getitem__(self, name: str) -> object:
        value = self._values[name]
        return value[self._lang] if isinstance(value, dict) and self._lang in value else value
