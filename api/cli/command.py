"""Commands that explain themselves in the user's language.

The ``help`` of a command, an argument or an option is a code of the catalogue; its sentence is
looked up when help is asked for, so that no language is fixed when the program starts.
"""

from __future__ import annotations

from typing import Any, get_args, get_origin

from typer.core import TyperCommand, TyperGroup

from api.cli.coercion import coerced
from features.language import catalogue, say

WIDTH = 100
_NAMES = 34


class Command(TyperCommand):
    """One command; ``cli.<name>.about`` and ``cli.<name>.example`` are its help."""

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, ``--help`` among them."""
        return coerced(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the whole help text."""
        formatter.write(command_help(self, ctx))

    def get_short_help_str(self, limit: int = WIDTH) -> str:
        """The command in one line."""
        return say(f"cli.{self.name}.short")


class Group(TyperGroup):
    """The program itself: a list of its commands."""

    command_class = Command

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, ``--help`` among them."""
        return coerced(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the whole help text."""
        commands = [
            (name, self.commands[name].get_short_help_str()) for name in self.list_commands(ctx)
        ]
        sections = [
            _usage(self, ctx),
            say("cli.about"),
            _section("cli.help.commands", commands),
            _section("cli.help.options", _options(self, ctx)),
            _section(
                "cli.help.settings",
                [(code.removeprefix("setting."), say(code)) for code in _setting_codes()],
            ),
            f"{say('cli.help.example')}\n{_indented(say('cli.example'))}",
        ]
        formatter.write("\n\n".join(sections) + "\n")


def _setting_codes() -> list[str]:
    from api.settings import SETTINGS

    return [f"setting.{setting.name}" for setting in SETTINGS]


def command_help(command: Command, ctx: Any) -> str:
    """Usage, purpose, arguments, options and an example of a command, at most 100 columns wide."""
    arguments = [
        (_metavar(p), _sentence(p))
        for p in command.get_params(ctx)
        if p.param_type_name == "argument"
    ]
    sections = [_usage(command, ctx), _wrapped(say(f"cli.{command.name}.about"))]
    if arguments:
        sections.append(_section("cli.help.arguments", arguments))
    sections.append(_section("cli.help.options", _options(command, ctx)))
    example = say(f"cli.{command.name}.example")
    sections.append(f"{say('cli.help.example')}\n{_indented(example)}")
    return "\n\n".join(sections) + "\n"


def _usage(command: Any, ctx: Any) -> str:
    pieces = [ctx.command_path, say("cli.help.options_placeholder")]
    if isinstance(command, TyperGroup):
        pieces.append(say("cli.help.command_placeholder"))
    for param in command.get_params(ctx):
        if param.param_type_name == "argument":
            name = _metavar(param)
            pieces.append(name if param.required else f"[{name}]")
    return f"{say('cli.help.usage')} {' '.join(pieces)}"


def _metavar(param: Any) -> str:
    name = param.metavar or param.name.upper()
    return f"{name}…" if param.nargs == -1 else str(name)


def _options(command: Any, ctx: Any) -> list[tuple[str, str]]:
    rows = []
    for param in command.get_params(ctx):
        if param.param_type_name != "option" or param.hidden:
            continue
        written = ", ".join(param.opts)
        value = "" if param.is_flag else f" {_placeholder(param)}"
        rows.append((written + value, _sentence(param)))
    return rows


def _placeholder(param: Any) -> str:
    annotation = param.type_descriptor.annotation
    choices = get_args(annotation) if get_origin(annotation) is not None else ()
    texts = [choice for choice in choices if isinstance(choice, str)]
    return param.metavar or "|".join(texts) or param.name.upper()


def _sentence(param: Any) -> str:
    code = param.help or ""
    said = say(code) if code in catalogue() else say("cli.option.help")
    notes = []
    if param.required and param.param_type_name == "option":
        notes.append(say("cli.help.required"))
    if param.default not in (None, False, (), []):
        notes.append(say("cli.help.default", value=param.default))
    return said + "".join(say("cli.help.note", note=note) for note in notes)


def _section(code: str, rows: list[tuple[str, str]]) -> str:
    """A heading and two columns, wrapped by what a terminal draws (Chinese is two cells wide)."""
    from rich.cells import cell_len, set_cell_size

    from api.cli.wrapping import wrapped

    narrow = min(_NAMES, max(cell_len(name) for name, _ in rows))
    lines = []
    for name, sentence in rows:
        said = wrapped(sentence, WIDTH - 4 - narrow).split("\n")
        if cell_len(name) > narrow:
            lines.append(name)
            name = ""
        for line in said:
            lines.append(f"{set_cell_size(name, narrow)}  {line}".rstrip())
            name = ""
    return f"{say(code)}\n{_indented(chr(10).join(lines))}"


def _wrapped(text: str) -> str:
    from api.cli.wrapping import wrapped

    return wrapped(text, WIDTH)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.split("\n"))
