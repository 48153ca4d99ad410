"""The keys of the state are named in one module, and docs/architecture.md shows each of them."""

import ast
import re

import pytest

from orchestrator.execution import layout
from tests.architecture.sources import MODULES, ROOT, relative

KEYS = {name: value for name, value in vars(layout).items() if name.isupper() and isinstance(value, str) and name != "ALGORITHM"}
SPELT = re.compile("|".join(re.escape(value) for value in KEYS.values() if re.search(r"\W", value)))
"""Keys that are plain words, such as the lock, mean other things elsewhere."""

PRODUCT = [path for path in MODULES if re.match(r"orchestrator/(?!sandbox/|execution/layout\.py)", relative(path))]


def strings(path) -> list[str]:
    """Every string of a module but the docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef))
    docs = {ast.get_docstring(node, clean=False) for node in documented}
    values = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [value for value in values if isinstance(value, str) and value not in docs]


def test_no_other_module_spells_a_key():
    found = {relative(path): [text for text in strings(path) if SPELT.search(text)] for path in PRODUCT}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize("key", KEYS.values())
def test_the_page_shows_every_key(key):
    assert f"`{key}" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_module_the_page_names_exists():
    named = re.findall(r"`(orchestrator/[\w/]+(?:\.py)?)", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
