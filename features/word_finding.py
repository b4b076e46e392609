"""Words of short descriptions, found without a dictionary.

Descriptions name products that no dictionary has, between turns of phrase that all use. A run of
characters is taken for a word where spelling it out each time it occurs would cost more than
listing it once: the shortest description of all texts together (de Marcken 1996, "Linguistic
structure as composition and perturbation", ACL 34, 335-341). Texts are then cut into words by
the cheapest way through them (Viterbi).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

#: Characters of the longest Chinese word.
LONGEST = 6
#: Of a text so many characters are looked at, a Latin word counting as two: what is done stands
#: first.
LOOKED_AT = 100
#: Times that texts are cut anew with the words found so far.
ROUNDS = 4
#: Times that a character which stands only within words is taken to stand alone.
SPARE = 0.1
#: Nats of a character that occurs in none of the texts.
STRANGE = 20.0

_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Lexicon:
    """Words of a collection of texts.

    Attributes
    ----------
    cost : dict of str to float
        Nats of each Chinese word and character: the rarer, the dearer.
    """

    cost: Mapping[str, float]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Lexicon:
        """The words of some texts.

        Parameters
        ----------
        texts : sequence of str
            None of them need be Chinese: of Latin words nothing is learned.

        Notes
        -----
        A word is begun with where it occurs twice and has more than one neighbour on either
        side, and is given up where what it saves over its parts is less than its spelling.
        """
        runs = [run for text in texts for run in _runs(text) if _is_chinese(run)]
        letters = Counter("".join(runs))
        cost = _costs(_repeated(runs))
        for _ in range(ROUNDS):
            count = Counter(word for run in runs for word in _cut(run, cost))
            cost = _worth_listing(_costs(_used(cost, count)), count, letters)
        return cls(cost)

    def words(self, text: str) -> list[str]:
        """The words of a text in their order: Latin ones as written, single characters left out."""
        found = []
        for run in _runs(text):
            if _is_chinese(run):
                found += [word for word in _cut(run, self.cost) if len(word) > 1]
            elif len(run) > 2 and not run.isdigit():
                found.append(singular(run))
        return found


def singular(word: str) -> str:
    """A Latin word without a plural s."""
    return word if word.endswith("ss") or len(word) < 4 else word.removesuffix("s")


def _runs(text: str) -> Iterator[str]:
    """What stands between marks and blanks, as far as a text is looked at."""
    left = LOOKED_AT
    for found in _RUN.finditer(text.lower()):
        if left <= 0:
            return
        run = found.group()
        yield run[:left] if _is_chinese(run) else run
        left -= len(run) if _is_chinese(run) else 2


def _is_chinese(run: str) -> bool:
    return run[0] >= "\u3400"


def _repeated(runs: Sequence[str]) -> dict[str, float]:
    """Single characters, and runs that occur twice with neighbours of more than one kind."""
    count: Counter[str] = Counter()
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    varied: tuple[set[str], set[str]] = (set(), set())
    for number, run in enumerate(runs):
        edge = f"|{number}"  # the end of a run is like no other neighbour
        for start in range(len(run)):
            for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
                word = run[start:end]
                count[word] += 1
                if end - start == 1:
                    continue
                if before.setdefault(word, here := run[start - 1] if start else edge) != here:
                    varied[0].add(word)
                if after.setdefault(word, here := run[end] if end < len(run) else edge) != here:
                    varied[1].add(word)
    free = varied[0] & varied[1]
    return {word: k for word, k in count.items() if len(word) == 1 or (k > 1 and word in free)}


def _used(words: Iterable[str], count: Mapping[str, int]) -> dict[str, float]:
    """Words that texts were cut into, and all single characters: a word may yet be given up."""
    return {word: count[word] or SPARE for word in words if count[word] or len(word) == 1}


def _costs(count: Mapping[str, float]) -> dict[str, float]:
    total = math.log(max(sum(count.values()), 1))
    return {word: total - math.log(k) for word, k in count.items()}


def _worth_listing(
    cost: Mapping[str, float], count: Mapping[str, int], letters: Mapping[str, int]
) -> dict[str, float]:
    total = math.log(max(sum(letters.values()), 1))
    kept = dict(cost)
    for word, own in cost.items():
        if len(word) == 1:
            continue
        others = {part: cost[part] for part in _parts(word) if part in cost}
        apart = sum(others.get(part, STRANGE) for part in _cut(word, others))
        spelling = sum(total - math.log(letters[letter]) for letter in word)
        if count[word] * (apart - own) < spelling:
            del kept[word]
    return kept


def _parts(word: str) -> Iterator[str]:
    for start in range(len(word)):
        for end in range(start + 1, len(word) + (start > 0)):
            yield word[start:end]


def _cut(run: str, cost: Mapping[str, float]) -> list[str]:
    """The cheapest way to cut a run into words and single characters."""
    least, size = [0.0], [0]
    for end in range(1, len(run) + 1):
        best, kept = least[end - 1] + cost.get(run[end - 1], STRANGE), 1
        for length in range(2, min(LONGEST, end) + 1):
            own = cost.get(run[end - length : end])
            if own is not None and least[end - length] + own < best:
                best, kept = least[end - length] + own, length
        least.append(best)
        size.append(kept)
    words, end = [], len(run)
    while end:
        words.append(run[end - size[end] : end])
        end -= size[end]
    return words[::-1]
