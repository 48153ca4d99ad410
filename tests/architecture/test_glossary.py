"""The words of docs/glossary.md are the words of the code: names, docstrings, messages and documents use none of those it replaces."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import MODULES, ROOT, relative

GLOSSARY = ROOT / "docs" / "glossary.md"
GENERATED = ROOT / "docs" / "permission-groups.md"
DOCUMENTS = sorted({ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")} - {GLOSSARY, GENERATED})
PRODUCT = [path for path in MODULES if path.is_relative_to(ROOT / "orchestrator")]


def rows(title: str) -> Iterator[list[str]]:
    """The cells of every table row below headings of this form."""
    heading = ""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        heading = line if line.startswith("## ") else heading
        if line.startswith("| ") and re.fullmatch(title, heading) and not line.startswith(("| word", "| instead")):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def replaced_words() -> list[str]:
    listed = [row[2] for row in rows(r"## (?!Words).*")] + [row[0] for row in rows("## Words to avoid")]
    return [word.strip() for cell in listed for word in cell.split(",") if word.strip()]


REPLACED = re.compile(rf"\b(?:{'|'.join(replaced_words())})\b", re.IGNORECASE)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Names, as words, and strings of a module, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, as_words(name)
            case ast.arg(arg=name) | ast.Name(id=name) | ast.Attribute(attr=name):
                yield node.lineno, as_words(name)
            case ast.Constant(value=str(text)):
                yield node.lineno, as_words(text) if text.isidentifier() else " ".join(text.split())


def as_words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).strip()


def test_the_glossary_lists_what_it_replaces():
    assert {"hands off", "begun", "wish", "told", "nobody"} <= set(replaced_words())


@pytest.mark.parametrize(("name", "is_found"), [("hands_off_accounts", True), ("HandsOff", True), ("is_begun", True), ("handshake", False)])
def test_names_are_read_as_words(name, is_found):
    assert bool(REPLACED.search(as_words(name))) == is_found


def replaced_in(path: Path) -> set[str]:
    return {f"{relative(path)}:{line}: {match[0]}" for line, text in texts(path) for match in REPLACED.finditer(text)}


def test_the_code_uses_the_words_of_the_glossary():
    assert sorted(found for path in PRODUCT for found in replaced_in(path)) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_documents_use_the_words_of_the_glossary(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [f"{number}: {match[0]}" for number, line in enumerate(lines, 1) for match in REPLACED.finditer(line)] == []
