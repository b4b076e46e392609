"""How the trades of a market use words: which they say more than others do.

Either side's texts have their own turns of phrase, so a word counts by how much more often a trade
says it than its profiles would if all of their side spoke alike; and the less, the more evenly all
trades use it (a gamma prior on each trade's rate, fitted by the method of moments).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.incidence import Incidence
from features.text import FloatArray

#: Share of a text's words that are of no trade, or of another's.
STRAY = 0.05
#: How unevenly trades are taken to use a word before any text is seen (squared coefficient of
#: variation: of a word that one trade in sixty uses, sixty), and what that counts, in squares of
#: the texts that a trade is expected to say it in.
UNEVEN, UNEVEN_COUNTS = 60.0, 0.3
#: The squared coefficient of variation below which a word's use is taken to be even.
LEAST_UNEVEN = 1e-4
#: Texts that are added to those of a side when it is asked how often it says a word.
ADDED_TEXTS = 0.5
#: Words looked at: those of most texts.
MOST_WORDS = 4000


def vocabulary(said: Sequence[Sequence[str]]) -> dict[str, int]:
    """Columns of the words that two texts or more say, those of most texts."""
    count = Counter(word for own in said for word in set(own))
    often = sorted((w for w, k in count.items() if k >= 2), key=lambda w: (-count[w], w))
    return {word: k for k, word in enumerate(often[:MOST_WORDS])}


def occurring(said: Sequence[Sequence[str]], index: dict[str, int]) -> Incidence:
    """(n, w) which words each text says."""
    rows = [sorted({index[word] for word in own if word in index}) for own in said]
    return Incidence.of(rows, len(index))


@dataclass(frozen=True)
class WordUse:
    """How trades use words.

    Attributes
    ----------
    said : (w, t) array
        Texts of each trade that say each word.
    expected : (w, t) array
        As many as would if the sides' trades all spoke alike.
    """

    said: FloatArray
    expected: FloatArray

    def even(self) -> FloatArray:
        """(w,) texts that each trade is taken to have said a word in as often as all do.

        The less the trades differ beyond chance in how they use a word, the more: turns of
        phrase that all use would else drown the one word that names a trade (the precision of
        a gamma prior on each trade's rate, by the method of moments).
        """
        beyond = ((self.said - self.expected) ** 2 - self.expected).sum(axis=1)
        uneven = np.maximum(beyond, 0) + UNEVEN_COUNTS * UNEVEN
        uneven /= (self.expected**2).sum(axis=1) + UNEVEN_COUNTS
        return np.asarray(1 / np.maximum(uneven, LEAST_UNEVEN), np.float32)

    def odds(self) -> FloatArray:
        """(w, t) log-likelihood of each word, less that of it under all trades alike."""
        even = self.even()[:, None]
        odds = _likely((self.said + even) / (self.expected + even))
        odds[:, -1] = 0  # any other trade has no words of its own
        return odds


def _likely(ratio: FloatArray) -> FloatArray:
    return np.asarray(np.log(STRAY + (1 - STRAY) * ratio), np.float32)


@dataclass(frozen=True)
class SaidWords:
    """Which words each text says, one after the other.

    Attributes
    ----------
    said : Incidence
        (n, w).
    row, column : (k,) int arrays
        Text and word of each entry, by text.
    usual : (2, w) array
        Share of either side's texts that say each word.
    sides : (n, 2) array of ones and zeros
    """

    said: Incidence
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    usual: FloatArray
    sides: FloatArray

    @classmethod
    def of(cls, said: Incidence, side: NDArray[np.int64]) -> SaidWords:
        sides = (side[:, None] == np.arange(2)).astype(np.float32)
        texts = sides.sum(axis=0)[:, None]
        usual = (said.gathered(sides).T + ADDED_TEXTS / 2) / (texts + ADDED_TEXTS)
        return cls(said, said.row, said.column, np.asarray(usual, np.float32), sides)

    def used(self, belief: FloatArray) -> WordUse:
        """How trades use the words, if each profile's trade is believed to be such."""
        return WordUse(self.said.gathered(belief), self.usual.T @ (self.sides.T @ belief))

    def as_others_use_them(self, belief: FloatArray, use: WordUse) -> FloatArray:
        """(n, t) log-likelihood of each text's words, without what it said of them itself."""
        out = np.zeros_like(belief)
        if not len(self.row):
            return out
        speaks, start = np.unique(self.row, return_index=True)
        expected = self.usual[self.sides.argmax(axis=1)[self.row], self.column]
        even = use.even()[self.column]
        for trade in range(belief.shape[1] - 1):
            own = belief[self.row, trade]
            said = np.maximum(use.said[self.column, trade] - own, 0)
            usual = np.maximum(use.expected[self.column, trade] - own * expected, 0)
            out[speaks, trade] = np.add.reduceat(_likely((said + even) / (usual + even)), start)
        return out
