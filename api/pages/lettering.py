"""How much room words take in a picture, where no browser is there to ask."""

from __future__ import annotations


def width_of(words: str, *, letter: float, ideogram: float) -> float:
    """Width of a line of words.

    Parameters
    ----------
    letter, ideogram : float
        Width of a Latin letter and of a Chinese character, in units of the picture.
    """
    return sum(letter if character < "\u2e80" else ideogram for character in words)
