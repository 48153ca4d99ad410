"""One test per rule; each names every file that breaks it."""

from tests.architecture.sources import MODULES, functions, place, relative, words_of

MODULE_LINES = 400
FUNCTION_LINES = 40
EMPTY_WORDS = {"base", "common", "core", "handler", "handlers", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def test_modules_are_short_enough_to_read():
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}, "split it by what it decides"


def test_functions_are_short_enough_to_read():
    found = [(place(path, node.lineno), node) for path in MODULES for node in functions(path)]
    lengths = {f"{where} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1 for where, node in found}
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_names_say_what_is_inside():
    assert {relative(path): empty for path in MODULES if (empty := words_of(path) & EMPTY_WORDS)} == {}
