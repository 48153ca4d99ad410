import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.sources import ROOT, relative

IMPORTS_TESTS = re.compile(r"^\s*(?:from|import) tests\b", re.MULTILINE)
PURE = {"analysis", "model", "planning", "rights", "selection", "temporary", "templates"}


def test_import_contracts_hold():
    command: list[str | Path] = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_pure_package_is_under_the_purity_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    covered = {module for contract in contracts if contract["id"] == "purity" for module in contract["source_modules"]}
    existing = {f"orchestrator.{name}" for name in PURE if (ROOT / "orchestrator" / name / "__init__.py").exists()}
    assert existing <= covered


def test_scripts_do_not_import_tests():
    scripts = [path for path in (ROOT / "scripts").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert len(scripts) > 5
    assert [relative(path) for path in scripts if IMPORTS_TESTS.search(path.read_text(encoding="utf-8"))] == []
