"""A folder is a test: of this organization, by these rules, with that in AWS, `plan` says what stands in `expected/`.

`scripts/golden` writes `expected/` anew; review the difference.
"""

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestrator import composition
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

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """``planned(folder, *words)``: exit code and output of `plan` in a scenario's folder, against what it observes."""

    def equip(rollout, catalog, _settings):
        organization = load_snapshot(Path("organization.yaml"))
        observed = read_observed(Path("observed.json"), rollout, catalog, organization)
        aws = MemoryAws(organization, FakeDeployer(observed.state()), observed.evidence(), clock=FakeClock(observed.now))
        Ledger(aws.store).add(observed.ledger())
        return aws.tools(rollout, catalog)

    def run(folder: Path, *words: str) -> tuple[int, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COLUMNS", "120")
        monkeypatch.setattr(composition, "equip", equip)
        monkeypatch.setattr(sys, "argv", ["orchestrator", "--config", "rollout.yaml", "plan", "--detailed-exitcode", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err, said.err
        return int(end.value.code or 0), said.out

    return run


def relied_on(plan: dict[str, Any]) -> dict[str, Any]:
    """The fields of a plan that others rely on, without those of the moment: digest and clock."""
    return {name: fields_of(plan[name], names) for name, names in FIELDS.items()}


def fields_of(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [fields_of(row, names) for row in value]
    return {name: value[name] for name in names} if isinstance(value, dict) else value


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_plan_is_the_expected_one(name: str, planned, golden):
    code, text = planned(HERE / name)
    _, document = planned(HERE / name, "--format", "json")
    plan = {"exit_code": code, **relied_on(json.loads(document))}
    golden(HERE / name / "expected" / "plan.json", json.dumps(plan, indent=1, ensure_ascii=False) + "\n")
    golden(HERE / name / "expected" / "plan.txt", DIGEST.sub("sha256:...", text))
