"""Tests stand where tests/README.md says."""

import re

from orchestrator.cli.commands import COMMANDS
from tests.architecture.sources import ROOT

TESTS = ROOT / "tests"
ROW = re.compile(r"^\| `([a-z]+)` \| (.+) \|$", re.MULTILINE)


def declared() -> dict[str, str]:
    return dict(ROW.findall((TESTS / "README.md").read_text(encoding="utf-8")))


def test_every_folder_is_declared_and_every_declared_folder_is_there():
    there = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("*.py") if path.parent != TESTS}
    assert there == declared().keys()


def test_tests_stand_in_a_folder_that_holds_tests():
    stray = {path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py") if path.parent == TESTS}
    without = {name for name, holds in declared().items() if holds.startswith("no tests")}
    stray |= {path.relative_to(TESTS).as_posix() for name in without for path in (TESTS / name).rglob("test_*.py")}
    assert stray == set()


def test_unit_tests_mirror_the_program():
    folders = {path.parent.relative_to(TESTS / "unit") for path in (TESTS / "unit").rglob("test_*.py")}
    assert {folder.as_posix() for folder in folders if not (ROOT / "orchestrator" / folder).is_dir()} == set()


def test_every_command_has_a_file_of_tests():
    wanted = {f"test_{name.replace('-', '_')}.py" for name in COMMANDS}
    assert wanted - {path.name for path in (TESTS / "cli").iterdir()} == set()
