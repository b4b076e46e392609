"""Typer's complaints about a command line, in the user's language."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from features.language import Text, catalogue, text

_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"No such command '(?P<value>[^']*)'", "cli.usage.no_command"),
    (r"Missing command", "cli.usage.missing_command"),
    (r"No such option:? (?P<value>\S+)", "cli.usage.no_option"),
    (r"Option '(?P<value>[^']*)' requires", "cli.usage.needs_value"),
    (r"Option '(?P<value>[^']*)' does not take a value", "cli.usage.takes_no_value"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((?P<value>.*)\)", "cli.usage.extra"),
)


def said(error: Any) -> Text:
    """The sentence of one of Typer's usage errors, with where to find help."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "shanhai"
    sentence = _sentence(error, context)
    return text("cli.usage.see_help", sentence=sentence, command=path)


def _sentence(error: Any, context: Any) -> Text:
    param = getattr(error, "param", None)
    if type(error).__name__ == "MissingParameter" and param is not None:
        option = param.param_type_name == "option"
        name = param.opts[0] if option else param.metavar or param.name.upper()
        if param.help in catalogue():
            return text("cli.usage.missing_what", value=name, what=text(param.help))
        return text("cli.usage.missing", value=name)
    for pattern, code in _PATTERNS:
        if found := re.match(pattern, error.message):
            sentence = text(code, **found.groupdict())
            if near := _near(found.groupdict().get("value", ""), code, context):
                return text("cli.usage.did_you_mean", sentence=sentence, near=near)
            return sentence
    return {"zh": error.format_message(), "en": error.format_message()}


def _near(value: str, code: str, context: Any) -> str:
    """The nearest name that would have been understood, or nothing."""
    if context is None:
        return ""
    if code == "cli.usage.no_command":
        known = list(getattr(context.command, "commands", {}))
    elif code == "cli.usage.no_option":
        known = [name for param in context.command.get_params(context) for name in param.opts]
    else:
        return ""
    return next(iter(get_close_matches(value, known, 1)), "")
