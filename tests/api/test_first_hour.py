"""What ``docs/first-hour.md`` tells a newcomer to type is understood by the program."""

from __future__ import annotations

import re
import shlex

import pytest

from api.cli.main import command
from running import ROOT

PAGE = (ROOT / "docs" / "first-hour.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
         for line in block.splitlines()]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_every_line_is_a_command_with_options_that_there_are(line: str) -> None:
    first, name, *arguments = shlex.split(line)
    assert first == "shanhai"
    command().commands[name].make_context(name, arguments)


def test_the_rate_on_the_page_is_that_of_its_two_tranches() -> None:
    assert f"{(800 + 700) / 2600:.1%}".replace("%", " %") == "57.7 %" and "57.7 %" in PAGE
    assert len(LINES) >= 12
