"""Trades read from codes and texts together: a code may be wrong, coarse or missing.

Each profile has one trade that nobody states for certain. Its code names it, or a wider or a
neighbouring one, or is simply wrong; its text uses words that others of the trade use, in a
sense that the trade's name has. Which trades there are in this market, which words go with each
and what each profile's is, is found together by expectation-maximisation of a naive Bayes
mixture whose classes are the codes that occur (Nigam et al. 2000, "Text classification from
labeled and unlabeled documents using EM", Machine Learning 39, 103-134); a trade that too few
profiles speak for is given up (Figueiredo & Jain 2002, IEEE TPAMI 24(3), 381-396).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from features.industries import Industries
from features.text import FloatArray, exact, unit_rows
from features.trade_codes import Habits, StatedCodes
from features.word_finding import Lexicon

#: Share of codes that are taken to be wrong. Set high: a right code is borne out by its text.
WRONG = 0.5
#: Codes that a wrong one may be.
ANY_CODE = 400
#: What a code says where it is not wrong, by what it is to the true trade.
EXACT, WIDER, NARROWER, SAME_GROUP, SAME_DIVISION = 0.6, 0.25, 0.1, 0.06, 0.02
#: Log-odds of a cosine of 1 between a text and a trade's name.
MEANING = 4.0
#: The cosine up to which a text is as well read as of any other trade, which has no name here.
UNLIKE, OTHER = 0.05, "-"
#: Share of a text's words that are of no trade, or of another's.
STRAY = 0.1
#: How unevenly a word is taken to be used by the trades before any text is seen (squared
#: coefficient of variation: a word of one trade in sixty has sixty), and what that counts, in
#: squared texts.
UNEVEN, UNEVEN_COUNTS = 60.0, 0.3
#: Profiles that a trade needs behind it, and any other trade has at least.
LEAST, LEAST_OTHER = 0.5, 6.0
#: The share up to which a trade is given up.
GIVEN_UP = 1e-6
#: Trades to begin with, words looked at, profiles that they are learned from.
MOST_TRADES, MOST_WORDS, LEARNED_FROM = 250, 4000, 3000
#: Trades left in the end, and rounds.
KEPT, ROUNDS = 64, 12
LEARN = 1
_BLOCK = 4096


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes
    ----------
    trades : tuple of t str
        GB/T 4754 codes, most frequent first.
    shares : (n, t) float32 array
        How likely each profile's trade is each of these; rows of zeros where nothing is known, one
        column of them where there are no trades.
        Products of two rows are exact in float32 (:func:`features.text.exact`).
    """

    trades: tuple[str, ...]
    shares: FloatArray


def read_trades(
    texts: Sequence[str],
    codes: Sequence[tuple[str, ...]],
    vectors: FloatArray,
    names: FloatArray,
    trades: Sequence[str],
    first: int = 0,
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
    """
    n = len(texts)
    if not trades or not n:
        return Reading((), np.zeros((n, 1), np.float32))
    learned = np.unique(np.linspace(0, n - 1, min(n, LEARNED_FROM)).astype(np.int64))
    lexicon = Lexicon.of([texts[i] for i in learned])
    said = [lexicon.words(text) for text in texts]
    index = _vocabulary([said[i] for i in learned])
    words = _occurring(said, index)
    sides = np.stack([np.arange(n) < first, np.arange(n) >= first], axis=1).astype(np.float32)
    # The last column stands for any other trade: too rare to be learned, but not one of these.
    trades = (*trades, OTHER)
    held = StatedCodes.of(codes, (np.arange(n) >= first).astype(np.int64), trades)
    similar: FloatArray = np.pad(
        MEANING * vectors @ unit_rows(names).T, ((0, 0), (0, 1)), constant_values=MEANING * UNLIKE
    ).astype(np.float32)
    stated = _stated(codes, trades)
    share, odds, by_others, habits = _learned(
        replace(held, stated=held.stated[learned], side=held.side[learned]),
        similar[learned], words[learned], sides[learned], stated,
    )
    prior = held.likelihood(habits)
    prior[:, -1] = _by_given_up(prior, share, stated)
    kept = _kept(share)
    if len(kept) == 1:
        return Reading((), np.zeros((n, 1), np.float32))
    spoken = np.asarray(words @ odds[:, kept], np.float32)
    spoken[learned] = by_others[:, kept]
    out = _softmax(np.log(share[kept]) + prior[:, kept] + similar[:, kept] + spoken)
    silent = np.array([not code for code in codes]) & ~vectors.any(axis=1)
    out[silent] = 0
    return Reading(tuple(trades[k] for k in kept[:-1]), exact(out[:, :-1]))


def _learned(
    held: StatedCodes, similar: FloatArray, words: sparse.csr_array, sides: FloatArray,
    stated: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray, list[Habits]]:
    """Expectation-maximisation."""
    habits = held.usual()
    prior = held.likelihood(habits)
    prior[:, -1] = _by_given_up(prior, np.full(prior.shape[1], 1.0), stated)
    spoken = np.zeros_like(prior)
    share = np.full(prior.shape[1], 1 / prior.shape[1])
    usual = (sides.T @ words + 0.25) / (sides.sum(axis=0)[:, None] + 0.5)
    row = np.repeat(np.arange(words.shape[0]), np.diff(words.indptr))
    column = words.indices
    mine = usual[sides.argmax(axis=1)[row], column]
    speaks, start = np.unique(row, return_index=True)
    for _ in range(ROUNDS):
        belief = _softmax(np.log(share) + prior + similar + spoken)
        used = words.T @ belief
        expected = usual.T @ (sides.T @ belief)
        even = _even(used, expected)
        even[:, None]
        for trade in range(belief.shape[1]):
            own = belief[row, trade]
            more = np.maximum(used[column, trade] - own, 0) + even[column]
            less = np.maximum(expected[column, trade] - own * mine, 0) + even[column]
            if trade == belief.shape[1] - 1:
                more = less
            likely = np.log(STRAY + (1 - STRAY) * more / less)
            if len(row):
                spoken[speaks, trade] = np.add.reduceat(likely, start)
        share = np.maximum(belief.sum(axis=0) - LEAST, 1e-9)
        share[-1] = max(share[-1], LEAST_OTHER)
        share = share / share.sum()
        if LEARN: habits = held.learned(habits, belief); prior = held.likelihood(habits)
        prior[:, -1] = _by_given_up(prior, share, stated)
    odds = np.log(STRAY + (1 - STRAY) * (used + even[:, None]) / (expected + even[:, None]))
    odds[:, -1] = 0
    return share, odds.astype(np.float32), spoken, habits


def _even(used: FloatArray, expected: FloatArray) -> FloatArray:
    """(w,) texts that each trade is taken to have said a word in as all do."""
    above = np.maximum(((used - expected) ** 2 - expected).sum(axis=1), 0)
    uneven = (above + UNEVEN_COUNTS * UNEVEN) / ((expected**2).sum(axis=1) + UNEVEN_COUNTS)
    return np.asarray(1 / np.maximum(uneven, 1e-4), np.float32)


def _by_given_up(prior: FloatArray, share: FloatArray, stated: FloatArray) -> FloatArray:
    """(n,) log-likelihood of each profile's codes under any other trade: one of those given up."""
    weight = np.where(share[:-1] > GIVEN_UP, 0.0, stated[:-1])
    if not weight.any():
        return prior[:, -1]
    return np.asarray(
        np.log(np.exp(prior[:, :-1]) @ (weight / weight.sum()).astype(np.float32)), np.float32
    )


def _kept(share: FloatArray) -> NDArray[np.int64]:
    """Columns of the most frequent trades that were not given up, and of any other at the end."""
    last = len(share) - 1
    order = np.lexsort((np.arange(last), -share[:-1]))
    count = min(KEPT, int((share[:-1] > GIVEN_UP).sum()))
    return np.append(np.sort(order[:count]), last)


def trades_named(codes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Codes that two profiles or more state, those stated most first where there are many.

    A wider code is no trade of its own where narrower ones are: it speaks for each of them.
    """
    count = Counter(code for own in codes for code in own)
    often = sorted((c for c, k in count.items() if k >= 2), key=lambda c: (-count[c], c))
    wider = {code[:size] for code in often for size in range(1, len(code))}
    return tuple(sorted([code for code in often if code not in wider][:MOST_TRADES]))


def without_section(codes: Sequence[str], industries: Industries) -> tuple[str, ...]:
    """The codes that are narrower than a section."""
    return tuple(c for c in codes if c in industries.index and c not in industries.section)


def _stated(codes: Sequence[tuple[str, ...]], trades: Sequence[str]) -> FloatArray:
    count = Counter(code for own in codes for code in own)
    return np.array([count[trade] for trade in trades], np.float32)


def _said_by_codes(codes: Sequence[tuple[str, ...]], trades: Sequence[str]) -> FloatArray:
    """(n, t) log-likelihood of each profile's codes under each trade; 0 where it has none."""
    count = Counter(code for own in codes for code in own)
    rows = {code: k for k, code in enumerate(sorted(count))}
    likely = np.array(
        [
            [(1 - WRONG) * _fits(code, trade) + WRONG / ANY_CODE for trade in trades]
            for code in rows
        ]
    )
    out = np.zeros((len(codes), len(trades)), np.float32)
    for i, own in enumerate(codes):
        if own:
            out[i] = np.log(likely[[rows[code] for code in own]].mean(axis=0))
    return out


def _fits(code: str, trade: str) -> float:
    if trade == OTHER:
        return 0.0
    if code == trade:
        return EXACT
    if trade.startswith(code):
        return WIDER
    if code.startswith(trade):
        return NARROWER
    if len(code) > 2 and code[:3] == trade[:3]:
        return SAME_GROUP
    return SAME_DIVISION if code[:2] == trade[:2] else 0.0


def _vocabulary(said: Sequence[Sequence[str]]) -> dict[str, int]:
    """Columns of the words that two texts or more say, those of most texts."""
    count = Counter(word for own in said for word in set(own))
    often = sorted((w for w, k in count.items() if k >= 2), key=lambda w: (-count[w], w))
    return {word: k for k, word in enumerate(often[:MOST_WORDS])}


def _occurring(said: Sequence[Sequence[str]], index: dict[str, int]) -> sparse.csr_array:
    """(n, w) which words each text says."""
    columns = [sorted({index[word] for word in own if word in index}) for own in said]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.array([c for own in columns for c in own], np.int64)
    return sparse.csr_array(
        (np.ones(len(flat), np.float32), flat, ends), shape=(len(said), len(index))
    )


def _softmax(logits: FloatArray) -> FloatArray:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)
