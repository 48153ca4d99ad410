"""The files the architecture tests look at."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for folder in ("orchestrator", "scripts", "tests") for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def place(path: Path, line: int) -> str:
    return f"{relative(path)}:{line}"


def words_of(path: Path) -> set[str]:
    """The words in a module's name and in the names of the folders above it."""
    return {word for name in path.relative_to(ROOT).with_suffix("").parts for word in name.split("_")}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
