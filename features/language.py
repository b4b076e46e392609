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
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
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
    sentence = _sentence(code)
    # Each value is asked for once, then said in both languages.
    found = [values[name] for name in sentence.names]
    return {
        lang: pattern % tuple([_in(lang, found[at]) for at in order])
        for lang, pattern, order in sentence.written
    }


def say(code: str, /, lang: Language | None = None, **values: object) -> str:
    """The message of a code in one language (default: that of the process)."""
    sentence = _sentence(code)
    lang, pattern, order = sentence.written[LANGUAGES.index(lang or current_language())]
    return pattern % tuple([_in(lang, values[sentence.names[at]]) for at in order])


def _in(lang: Language, value: object) -> object:
    """A value as it is said in a language."""
    return value[lang] if isinstance(value, dict) and lang in value else value


@dataclass(frozen=True)
class _Sentence:
    """A message taken apart, which is done once and not each time that it is said.

    Attributes
    ----------
    names : tuple of str
        The values that it needs, each once.
    written : tuple of (language, str, tuple of int)
        In each of :data:`LANGUAGES` with ``%s`` for each value, and which of the values these are.
    """

    names: tuple[str, ...]
    written: tuple[tuple[Language, str, tuple[int, ...]], ...]


@cache
def _sentence(code: str) -> _Sentence:
    """The message of a code.

    Raises
    ------
    KeyError
        If the catalogue has no such code.
    ValueError
        If the message asks for more than names of values.
    """
    place: dict[str, int] = {}
    written: list[tuple[Language, str, tuple[int, ...]]] = []
    for lang in LANGUAGES:
        pattern: list[str] = []
        order: list[int] = []
        for literal, name, form, conversion in _parsed(catalogue()[code][lang]):
            pattern.append(literal.replace("%", "%%"))
            if name is None:
                continue
            if form or conversion or not name.isidentifier():
                raise ValueError(f"{code}: {{{name}}} is not the plain name of a value")
            pattern.append("%s")
            order.append(place.setdefault(name, len(place)))
        written.append((lang, "".join(pattern), tuple(order)))
    return _Sentence(tuple(place), tuple(written))
