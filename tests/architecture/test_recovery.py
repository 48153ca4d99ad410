"""docs/recover.md says of every exit code, every kind of error and every violation what to do. Its hints are written by scripts/golden."""

import ast
import re
from collections.abc import Iterator

from orchestrator.cli import output
from orchestrator.cli.interruption import SIGNALS
from tests.architecture.sources import MODULES, ROOT

TEXT = (ROOT / "docs" / "recover.md").read_text(encoding="utf-8")
FIRST_SIGNAL = 128
PRODUCT = [path for path in MODULES if path.is_relative_to(ROOT / "orchestrator") and "sandbox" not in path.parts]


def listed(heading: str) -> set[str]:
    """The first cells of the table below a heading that begins so."""
    (section,) = (part for part in TEXT.split("\n## ")[1:] if part.startswith(heading))
    return {cell.strip("` ") for cell in re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)} - {"code", "kind", "---"}


def calls(*names: str) -> Iterator[ast.Call]:
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute) and ast.unparse(node.func) in names:
                yield node


def constants(node: ast.AST) -> set[str]:
    return {item.value for item in ast.walk(node) if isinstance(item, ast.Constant) and isinstance(item.value, str)}


def kinds_of_classes() -> set[str]:
    """``kind = "..."`` in the body of a class of errors."""
    return {
        str(item.value.value)
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
        for item in node.body
        if isinstance(item, ast.Assign | ast.AnnAssign) and isinstance(item.value, ast.Constant)
        if "kind" in ast.unparse(item.targets[0] if isinstance(item, ast.Assign) else item.target)
    }


def kinds_of_refusals() -> set[str]:
    given = {keyword.value for call in calls("RefusedError", "super().__init__") for keyword in call.keywords if keyword.arg == "kind"}
    return {kind for value in given for kind in constants(value)}


def test_every_exit_code_has_a_row():
    codes = {
        value
        for name, value in vars(output).items()
        if name.isupper() and isinstance(value, int) and name not in {"UNKNOWN_WIDTH", "MOST_DIGITS"}
    }
    assert listed("Exit codes") == {str(code) for code in codes | {FIRST_SIGNAL + number for number in SIGNALS}}


def test_every_kind_of_error_and_refusal_has_a_row():
    kinds = kinds_of_classes() | kinds_of_refusals() | {"another_organization", "another_rollout"}  # the state's, chosen by a condition
    assert listed("Errors") | listed("Refusals") == kinds
    assert not listed("Errors") & listed("Refusals")


def test_every_violation_has_a_row():
    assert listed("Violations") == {str(call.args[0].value) for call in calls("Violation") if isinstance(call.args[0], ast.Constant)}
