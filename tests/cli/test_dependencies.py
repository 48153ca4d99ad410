"""Without the extras, the program runs on its run-time dependencies: whatever else is installed here cannot be imported."""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
CONFIG = ["--config", str(ROOT / "config/demo/rollout.yaml")]
ORGANIZATION = str(ROOT / "config/demo/organization.yaml")

WITHOUT_EXTRAS = """\
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

absent = set(sys.argv.pop(1).split())
sys.meta_path.insert(0, Absent())
from orchestrator.cli import main
main()
"""


def runtime_distributions() -> set[str]:
    """What pyproject.toml requires without an extra, and what that requires in turn."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, found = list(map(Requirement, project["dependencies"])), {project["name"]}
    while waiting:
        wanted = waiting.pop()
        if canonicalize_name(wanted.name) not in found:
            found.add(canonicalize_name(wanted.name))
            waiting += [needed for needed in map(Requirement, requires(wanted.name) or ()) if is_needed(needed, wanted.extras)]
    return found


def is_needed(requirement: Requirement, extras: set[str]) -> bool:
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras})


@pytest.fixture(scope="module")
def absent():
    at_hand = runtime_distributions()
    return {
        package
        for package, distributions in packages_distributions().items()
        if not {canonicalize_name(name) for name in distributions} & at_hand
    }


@pytest.fixture
def orchestrator(absent, tmp_path):
    def run(*arguments):
        command = [sys.executable, "-c", WITHOUT_EXTRAS, " ".join(absent), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    return run


def test_moto_is_not_among_the_run_time_dependencies(absent):
    assert {"moto", "flask", "werkzeug", "docker"} <= absent


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["sandbox", "--help"],
        [*CONFIG, "validate"],
        [*CONFIG, "groups"],
        ["init"],
        [*CONFIG, "plan", "--organization", ORGANIZATION],
    ],
    ids=" ".join,
)
def test_everything_else_works_without_the_sandbox(orchestrator, arguments):
    result = orchestrator(*arguments)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("command", ["sandbox", "demo"])
def test_the_sandbox_says_in_one_line_what_to_install(orchestrator, command):
    result = orchestrator(command)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "error: moto is missing: pip install 'org-permission-orchestrator[sandbox]'\n"


@pytest.mark.parametrize("command", ["sandbox", "demo"])
def test_the_sandbox_says_so_as_json_too(orchestrator, command):
    result = orchestrator(command, "--format", "json")
    assert result.returncode == 1
    assert "pip install 'org-permission-orchestrator[sandbox]'" in json.loads(result.stdout)["error"]["message"]
    assert "Traceback" not in result.stderr
