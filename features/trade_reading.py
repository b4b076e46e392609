"""Trades read from codes and texts together: a code may be wrong, coarse or missing.

Each profile has one trade that nobody states for certain. Its code names it, or a wider or a
neighbouring one, or is simply wrong; its text uses words that others of the trade use, in a
sense that the trade's name has. Which trades there are in this market, which words go with each,
how codes are stated and what each profile's trade is, is found together by expectation-maximisation
of a naive Bayes mixture whose classes are the codes that occur (Nigam et al. 2000, "Text
classification from labeled and unlabeled documents using EM", Machine Learning 39, 103-134); a
trade that too few profiles speak for is given up (Figueiredo & Jain 2002, IEEE TPAMI 24(3),
381-396).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from features.industries import Industries
from features.stated_codes import Habits, StatedCodes
from features.text import FloatArray, exact, unit_rows
from features.word_finding import Lexicon
from features.word_use import SaidWords, occurring, vocabulary

#: Log-odds of a cosine of 1 between a text and a trade's name.
MEANING = 4.0
#: The cosine up to which a text is as well read as of any other trade, which has no name here.
UNLIKE, OTHER = 0.05, "-"
#: How often one of a trade is taken for another of its division, to how often its text is.
SAME_BRANCH = 0.2
#: Profiles that a trade needs behind it, and any other trade has at least.
LEAST, LEAST_OTHER = 0.5, 6.0
#: The share up to which a trade is given up.
GIVEN_UP = 1e-6
#: Trades to begin with, and profiles that they are learned from.
MOST_TRADES, LEARNED_FROM = 250, 3000
#: How often narrower codes are stated, to a wider one, from where on it is no trade of its own.
AS_OFTEN = 0.5
#: Trades left in the end, and rounds.
KEPT, ROUNDS = 64, 12


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes
    ----------
    trades : tuple of t str
        GB/T 4754 codes, in their order.
    shares : (n, t) float32 array
        How likely each profile's trade is each of these; rows of zeros where nothing is known, one
        column of them where there are no trades.
        Products of two rows are exact in float32 (:func:`features.text.exact`).
    near : (n, t) float32 array
        How near each profile's trade is to each of these: 1 = the same for certain, less where it
        is of one division with it or spoken of in the same words. So the product of a row of
        ``shares`` and a row of ``near`` is how near two profiles are; exact as above.
    """

    trades: tuple[str, ...]
    shares: FloatArray
    near: FloatArray

    @classmethod
    def nothing(cls, n: int) -> Reading:
        """Of n profiles nothing is known."""
        return cls((), np.zeros((n, 1), np.float32), np.zeros((n, 1), np.float32))


def read_trades(
    texts: Sequence[str],
    codes: Sequence[tuple[str, ...]],
    vectors: FloatArray,
    names: FloatArray,
    trades: Sequence[str],
    side: NDArray[np.int64],
) -> Reading:
    """Read the trade of each profile.

    Parameters
    ----------
    texts : sequence of n str
    codes : sequence of n tuples of str
        Industry codes, without section letters.
    vectors : (n, d) array
        Of the texts, centred; rows of zeros where there is none.
    names : (c, d) array
        Vectors of the trades' names, centred alike.
    trades : sequence of c str
        Trades that there could be (:func:`trades_named`).
    side : (n,) int array
        0 = enterprise, 1 = resource: either has its turns of phrase and its habits of coding.
    """
    n = len(texts)
    if not trades or not n:
        return Reading.nothing(n)
    learned = _drawn(texts, codes)
    lexicon = Lexicon.of([texts[i] for i in learned])
    said = [lexicon.words(text) for text in texts]
    words = occurring(said, vocabulary([said[i] for i in learned]))
    # The last column stands for any other trade: too rare to be learned, but not one of these.
    trades = (*trades, OTHER)
    stated = StatedCodes.of(codes, side, trades)
    similar: FloatArray = np.pad(
        MEANING * (vectors @ exact(unit_rows(names)).T), ((0, 0), (0, 1)),
        constant_values=MEANING * UNLIKE,
    ).astype(np.float32)  # fmt: skip
    found = _learned(
        stated.rows(learned), similar[learned], SaidWords.of(words.rows(learned), side[learned])
    )
    kept = _kept(found.share)
    if len(kept) == 1:
        return Reading.nothing(n)
    prior = _by_codes(stated, found.habits, found.share)
    spoken = words.times(found.odds[:, kept])
    spoken[learned] = found.spoken[:, kept]
    heard = np.log(found.share[kept]) + similar[:, kept] + spoken
    out, by_text = _softmax(heard + prior[:, kept])[:, :-1], _softmax(heard)[:, :-1]
    speaks = vectors.any(axis=1)
    out[np.array([not code for code in codes]) & ~speaks] = 0
    own = tuple(trades[k] for k in kept[:-1])
    near = np.minimum(out @ _nearness(own, out[speaks], by_text[speaks]), 1)
    return Reading(own, exact(out), exact(np.asarray(near, np.float32)))


def _drawn(texts: Sequence[str], codes: Sequence[tuple[str, ...]]) -> NDArray[np.int64]:
    """Profiles that trades are learned from: one more or less in the market changes one of them."""
    if len(texts) <= LEARNED_FROM:
        return np.arange(len(texts))
    drawn = [
        blake2b(f"{text}|{';'.join(own)}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for text, own in zip(texts, codes, strict=True)
    ]
    return np.sort(np.array(sorted(range(len(texts)), key=drawn.__getitem__)[:LEARNED_FROM]))


def _nearness(
    trades: Sequence[str], shares: FloatArray, by_text: FloatArray
) -> NDArray[np.float64]:
    """(t, t) how near trades are: how often profiles of either are taken for the other's.

    By their texts, or for being of one division; to how often they are taken for their own.

    Parameters
    ----------
    shares, by_text : (n, t) arrays
        How likely the trade of each profile that says anything is each, by code and text, and by
        its text alone.
    """
    taken = (shares.T @ by_text).astype(np.float64)
    of_one = np.array([[a[:2] == b[:2] for b in trades] for a in trades], np.float64)
    taken += SAME_BRANCH * taken.sum(axis=1, keepdims=True) * of_one / of_one.sum(axis=1)[:, None]
    taken /= np.maximum(np.diag(taken), 1e-9)[:, None]
    return np.minimum((taken + taken.T) / 2, 1)


@dataclass(frozen=True)
class _Learned:
    """What expectation-maximisation ends with.

    Attributes
    ----------
    share : (t,) array
        How frequent each trade is, the last any other.
    odds : (w, t) float32 array
        Log-likelihood of each word.
    spoken : (n, t) float32 array
        Log-likelihood of each text's words, as the other profiles use them.
    habits : list of Habits
        How either side states codes.
    """

    share: NDArray[np.float64]
    odds: FloatArray
    spoken: FloatArray
    habits: list[Habits]


def _learned(stated: StatedCodes, similar: FloatArray, words: SaidWords) -> _Learned:
    """Expectation-maximisation.

    What a profile's words say is asked of the other profiles only: a wrong code would else be
    borne out by the very text that stands beside it.

    Parameters
    ----------
    stated : StatedCodes
        Of n profiles.
    similar : (n, t) array
        Log-likelihood of the meaning of each text under each trade, the last any other.
    words : SaidWords
        Of the n texts.
    """
    habits = stated.usual()
    share = np.full(similar.shape[1], 1 / similar.shape[1])
    prior = _by_codes(stated, habits, share)
    spoken = np.zeros_like(prior)
    for _ in range(ROUNDS):
        belief = _softmax(np.log(share) + prior + similar + spoken)
        use = words.used(belief)
        spoken = words.as_others_use_them(belief, use)
        share = np.maximum(belief.sum(axis=0) - LEAST, 1e-9)
        share[-1] = max(share[-1], LEAST_OTHER)
        share = share / share.sum()
        habits = stated.learned(habits, belief)
        prior = _by_codes(stated, habits, share)
    return _Learned(share, use.odds(), spoken, habits)


def _by_codes(
    stated: StatedCodes, habits: Sequence[Habits], share: NDArray[np.float64]
) -> FloatArray:
    """(n, t) log-likelihood of each profile's codes; under any other trade, of one given up."""
    prior = stated.likelihood(habits)
    weight = np.where(share[:-1] > GIVEN_UP, 0.0, stated.often[:-1])
    if weight.any():
        given_up = (weight / weight.sum()).astype(np.float32)
        prior[:, -1] = np.log(np.exp(prior[:, :-1]) @ given_up)
    return prior


def _kept(share: NDArray[np.float64]) -> NDArray[np.int64]:
    """Columns of the most frequent trades that were not given up, and of any other at the end."""
    last = len(share) - 1
    order = np.lexsort((np.arange(last), -share[:-1]))
    count = min(KEPT, int((share[:-1] > GIVEN_UP).sum()))
    return np.append(np.sort(order[:count]), last)


def trades_named(codes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Codes that two profiles or more state, those stated most first where there are many.

    A wider code is no trade of its own where narrower ones are stated nearly as often: it speaks
    for each of them.
    """
    count = Counter(code for own in codes for code in own)
    often = sorted((c for c, k in count.items() if k >= 2), key=lambda c: (-count[c], c))
    narrower: Counter[str] = Counter()
    for code in often:
        narrower.update({code[:size]: count[code] for size in range(1, len(code))})
    named = [code for code in often if narrower[code] < AS_OFTEN * count[code]]
    return tuple(sorted(named[:MOST_TRADES]))


def without_section(codes: Sequence[str], industries: Industries) -> tuple[str, ...]:
    """The codes that are narrower than a section."""
    return tuple(c for c in codes if c in industries.index and c not in industries.section)


def _softmax(logits: FloatArray) -> FloatArray:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)
