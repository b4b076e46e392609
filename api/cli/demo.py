"""``demo``: the main job on the built-in data, end to end."""

from __future__ import annotations

from api.cli.console import language
from api.cli.options import Lang


def demo(lang: Lang = None) -> None:
    """Run the main job in a store of its own."""
    from api.usecases import demo as usecase

    usecase.run(lang=language(lang))
