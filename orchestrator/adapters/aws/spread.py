"""Runs one call for many items on a few threads; AWS's quotas, not the threads, limit the rate."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

THREADS = 8
AHEAD = 4
"""Questions in work or answered for each thread, before the first of them is taken."""


def side_by_side(first: Callable[[], T], second: Callable[[], R]) -> tuple[T, R]:
    """Both answers; the first error ends it, without waiting for the other answer."""
    pool = ThreadPoolExecutor(1)
    try:
        other = pool.submit(second)
        return first(), other.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def spread(ask: Callable[[T], R], items: Iterable[T], threads: int = THREADS) -> tuple[R, ...]:
    """The answers in the order of the items. The first error ends it, and so does an interruption, without waiting for other answers."""
    questions = tuple(items)
    if len(questions) < 2:  # noqa: PLR2004 - one question needs no second thread
        return tuple(map(ask, questions))
    return tuple(stream(ask, questions, min(threads, len(questions))))


def stream(ask: Callable[[T], R], items: Iterable[T], threads: int = THREADS) -> Iterator[R]:
    """As ``spread``, answer by answer: items are taken and answers kept only a little ahead of the reader."""
    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(ask, item))
            if len(waiting) >= threads * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
