"""``docs/cli.md``: the help of every command in both languages (``python -m api.cli.docs``)."""

from __future__ import annotations

import os
from pathlib import Path

from api.cli.main import command
from features.language import LANGUAGES, say

FILE = Path(__file__).parents[2] / "docs" / "cli.md"


def page() -> str:
    """The whole page."""
    program = command()
    parts = [
        "# 命令行 / Command line",
        "由 `python -m api.cli.docs` 生成，请勿手改。 Generated; don't edit by hand.",
        *_help([]),
    ]
    for name in program.commands:
        parts += [f"## `shanhai {name}`", *_help([name])]
    return "\n\n".join(parts) + "\n"


def _help(path: list[str]) -> list[str]:
    """The help of the program or of one command, a block for each language."""
    before = os.environ.get("SHANHAI_LANG")
    blocks = []
    try:
        for lang in LANGUAGES:
            os.environ["SHANHAI_LANG"] = lang
            blocks.append(f"```text\n{help_of(path).rstrip()}\n```")
    finally:
        os.environ.pop("SHANHAI_LANG")
        if before is not None:
            os.environ["SHANHAI_LANG"] = before
    return blocks


def help_of(path: list[str]) -> str:
    """The help text of the program (an empty path) or of one command, in the present language."""
    program = command()
    context = program.make_context("shanhai", ["--help"], resilient_parsing=True)
    if not path:
        return program.get_help(context)
    chosen = program.commands[path[0]]
    inner = chosen.make_context(path[0], [], parent=context, resilient_parsing=True)
    return chosen.get_help(inner)


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(page(), encoding="utf-8")
    print(say("cli.wrote", file=FILE.name))
