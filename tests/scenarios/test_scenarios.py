"""A folder is a test: of this organization, by these rules, with that in AWS, `plan` says what stands in `expected/`.

What it says is then applied, and nothing is left to do. `scripts/golden` writes `expected/` anew; review the difference.
"""

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestrator import composition, offline
from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.files.snapshot.file import load_snapshot
from orchestrator.cli import main
from orchestrator.execution.ledger import Ledger
from tests.scenarios.observed import read_observed
from tests.worlds.clocks import FakeClock
from tests.worlds.fakes import FakeDeployer
from tests.worlds.memory import MemoryAws

HERE = Path(__file__).parent
SCENARIOS = sorted(path.parent.name for path in HERE.glob("*/rollout.yaml"))
FIELDS = {
    "organization": ("id", "management_account", "accounts"),
    "summary": (
        "accounts_in_scope",
        "accounts_excluded",
        "grants_added",
        "grants_revoked",
        "grants_unchanged",
        "operations",
        "accounts_withheld",
        "grants_repaired",
        "roles_repaired",
    ),
    "changes": ("change", "stack_set", "group_set", "account", "region", "because"),
    "permissions": ("accounts", "role", "change", "gains", "loses", "resources", "conditions"),
    "roles": ("role_set", "accounts", "change", "property", "before", "after", "widens"),
    "withheld": ("account", "group_set", "because"),
    "operations": ("id", "kind", "stack_set", "accounts", "wave", "after", "window"),
    "excluded": ("account", "because"),
    "temporary": ("group_set", "account", "state", "granted_at", "expires_at", "evidence"),
    "warnings": (),
    "violations": ("kind", "message"),
}
"""What others rely on in the JSON of a plan."""

REFUSED = 3
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """``program(folder)`` stands in a scenario's folder and gives ``run(*words)``: exit code and output of one command."""

    def stand_in(folder: Path):
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COLUMNS", "100")
        aws = play(folder)
        monkeypatch.setattr(composition, "equip", lambda rollout, catalog, _, **__: aws.tools(rollout, catalog))
        monkeypatch.setattr(offline, "commit_of", lambda *_: None)  # the scenarios are in a work tree of their own
        return run

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["orchestrator", "--config", "rollout.yaml", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err, said.err
        return int(end.value.code or 0), said.out

    return stand_in


def play(folder: Path) -> MemoryAws:
    """AWS as the scenario's files tell it."""
    rollout, catalog = load(folder / "rollout.yaml")
    organization = load_snapshot(folder / "organization.yaml")
    observed = read_observed(folder / "observed.json", rollout, catalog, organization)
    aws = MemoryAws(organization, FakeDeployer(observed.state()), observed.evidence(), clock=FakeClock(observed.now))
    Ledger(aws.store).add(observed.ledger())
    return aws


def relied_on(plan: dict[str, Any]) -> dict[str, Any]:
    """The fields of a plan that others rely on, without those of the moment: digest and clock."""
    return {name: fields_of(plan[name], names) for name, names in FIELDS.items()}


def fields_of(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [fields_of(row, names) for row in value]
    return {name: value[name] for name in names} if isinstance(value, dict) else value


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_plan_is_the_expected_one(name: str, program, golden):
    run, expected = program(HERE / name), HERE / name / "expected"
    code, text = run("plan", "--detailed-exitcode")
    _, document = run("plan", "--format", "json")
    plan = {"exit_code": code, **relied_on(json.loads(document))}
    golden(expected / "plan.json", json.dumps(plan, indent=1, ensure_ascii=False) + "\n")
    golden(expected / "plan.txt", DIGEST.sub("sha256:...", text))


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_applied_plan_leaves_nothing_to_do_and_a_refused_one_is_not_applied(name: str, program):
    run = program(HERE / name)
    is_refused = run("plan")[0] == REFUSED
    code, said = run("apply", "--yes")
    assert code == (REFUSED if is_refused else 0), said
    assert run("plan", "--detailed-exitcode")[0] == (REFUSED if is_refused else 0)
