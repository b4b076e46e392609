"""Every command explains itself in both languages, and the page in docs/ says the same."""

from __future__ import annotations

import re
import shlex

import pytest
from rich.cells import cell_len

from api.cli import docs
from api.cli.main import command
from api.settings import SETTINGS
from features.language import LANGUAGES, catalogue, say
from running import ROOT, shanhai

COMMANDS = tuple(command().commands)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_of_every_command_fits_a_hundred_columns_and_gives_an_example(
    name: str, lang: str
) -> None:
    done = shanhai(*([name] if name else []), "--help", lang=lang)
    assert (done.status, done.err) == (0, "")
    assert all(cell_len(line) <= 100 for line in done.out.splitlines())
    assert f"{say('cli.help.example', lang)}\n  shanhai" in done.out  # type: ignore[arg-type]
    chinese = re.findall("[一-鿿]", done.out)
    assert len(chinese) > 30 if lang == "zh" else len(chinese) < 30


def test_every_option_is_explained() -> None:
    for name in COMMANDS:
        for param in command().commands[name].params:
            assert getattr(param, "help", None) in catalogue(), f"{name} {param.name}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_is_understood_by_the_program(name: str, lang: str) -> None:
    program = command()
    for line in say(f"cli.{name}.example", lang).splitlines():  # type: ignore[arg-type]
        first, used, *arguments = shlex.split(line)
        assert (first, used) == ("shanhai", name)
        program.commands[name].make_context(name, arguments)


def test_the_page_of_commands_is_that_of_the_program() -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == docs.page(), "run: python -m api.cli.docs"


def test_every_setting_is_on_the_page() -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert written.count(setting.name) >= 2


def test_no_command_at_all_shows_the_help_and_is_wrong_usage() -> None:
    done = shanhai()
    assert done.status == 2
    assert "shanhai import" in done.err


def test_the_language_is_taken_from_an_option_before_or_after_the_command() -> None:
    for arguments in (["--lang", "en", "match"], ["match", "--lang=en"]):
        assert "Say whom the list is for" in shanhai(*arguments).err
    assert "为谁匹配" in shanhai("match").err
    assert "为谁匹配" in shanhai("match", "--lang", "zh", lang="en").err


def test_help_needs_neither_numpy_nor_sqlalchemy_nor_pydantic() -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom api.cli.main import main\n"
        "try: main(['match', '--top', 'x'])\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'sqlalchemy', 'pydantic', 'alembic', 'pandas', 'rich.table'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
