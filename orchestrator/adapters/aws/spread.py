"""Runs one call for many items on a few threads; AWS's quotas, not the threads, limit the rate."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

THREADS = 8


def spread(ask: Callable[[T], R], items: Iterable[T], threads: int = THREADS) -> tuple[R, ...]:
    """The answers in the order of the items. The first error ends it, and so does an interruption, without waiting for other answers."""
    questions = tuple(items)
    if len(questions) < 2:  # noqa: PLR2004 - one question needs no second thread
        return tuple(map(ask, questions))
    pool = ThreadPoolExecutor(min(threads, len(questions)))
    try:
        futures = [pool.submit(ask, question) for question in questions]
        return tuple(future.result() for future in futures)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
