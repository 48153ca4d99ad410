import pytest

from tests.architecture.sources import MODULES, functions, relative

MODULE_LINES = 400
FUNCTION_LINES = 40
EMPTY_WORDS = {"base", "common", "core", "handler", "handlers", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

every_module = pytest.mark.parametrize("path", MODULES, ids=relative)


@every_module
def test_module_is_short_enough_to_read(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MODULE_LINES, f"{relative(path)} has {lines} lines: split it by what it decides"


@every_module
def test_functions_are_short_enough_to_read(path):
    lengths = {f"{node.name} (line {node.lineno})": (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions(path)}
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


@every_module
def test_name_says_what_is_inside(path):
    words = {part for name in path.relative_to(path.parents[len(path.parts) - 2]).with_suffix("").parts for part in name.split("_")}
    assert not words & EMPTY_WORDS
