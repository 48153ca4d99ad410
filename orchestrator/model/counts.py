"""Numbers of things in words, for every message."""


def counted(number: int, noun: str) -> str:
    """``1 account``, ``1,200 accounts``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
