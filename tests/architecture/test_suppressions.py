"""A check that is switched off on a line says which one and why, on that line."""

import io
import re
import tokenize

import pytest

from tests.architecture.sources import MODULES, place

SUPPRESSION = re.compile(r"#\s*(?:ruff:\s*|flake8:\s*)?noqa\b|#\s*type:\s*ignore\b|#\s*mypy:|#\s*pragma:\s*no cover")
WITH_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\]|pragma:\s*no cover)[\s:#-]+[A-Za-z]\S*(?:\s+\S+)+"
)


def unexplained(source: str) -> list[tuple[int, str]]:
    """Line and text of every comment that switches a check off and gives no reason."""
    comments = (token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type == tokenize.COMMENT)
    return [
        (token.start[0], token.string) for token in comments if SUPPRESSION.search(token.string) and not WITH_REASON.search(token.string)
    ]


def test_suppressed_checks_give_their_reasons():
    sources = ((path, path.read_text(encoding="utf-8")) for path in MODULES)
    # Tokens take time, and few modules switch anything off.
    found = [(path, line, comment) for path, source in sources if SUPPRESSION.search(source) for line, comment in unexplained(source)]
    assert [f"{place(path, line)} {comment}" for path, line, comment in found] == []


@pytest.mark.parametrize(
    ("comment", "is_accepted"),
    [
        ("# noqa: S603 - the command is written here", True),
        ("# noqa: S603, S607  the command is written here", True),
        ("# type: ignore[attr-defined]  # the emulator has no types", True),
        ("# noqa", False),
        ("# noqa: S603", False),
        ("# ruff: noqa", False),
        ("# type: ignore[attr-defined]", False),
    ],
)
def test_reason_is_told_from_none(comment, is_accepted):
    assert (unexplained(f"x = 1  {comment}\n") == []) is is_accepted
