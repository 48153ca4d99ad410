"""`discover` shows the organization as a tree, counts its calls, and saves a snapshot that other commands take."""

from pathlib import Path

from orchestrator.adapters.files.snapshot.file import load_snapshot
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import CLOSED, HUB, ORCHARD, PLACES


def test_the_tree_shows_units_accounts_tags_and_states(run: Run, sandbox: Sandbox):
    out = run("discover").out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert [line for line in lines if ORCHARD in line and "orchard" in line and "wave=first" in line]
    assert [line for line in lines if CLOSED in line and "SUSPENDED" in line]
    assert out.index("Guard") < out.index(HUB)


def test_the_result_has_the_fields_of_the_contract(run: Run, sandbox: Sandbox):
    found = run("discover", "--format", "json").json
    assert found["organization"]["id"] == "o-estate0001"
    accounts = {row["id"]: row for row in found["accounts"]}
    assert accounts.keys() == {number for number, *_ in PLACES}
    assert {name: accounts[ORCHARD][name] for name in ("id", "name", "path", "state", "tags")} == {
        "id": ORCHARD,
        "name": "orchard",
        "path": "/Estate",
        "state": "ACTIVE",
        "tags": {"wave": "first"},
    }
    assert found["calls"]["organizations:ListAccounts"] >= 1
    assert sandbox.journal.writes() == ()


def test_a_saved_snapshot_is_planned_like_the_organization_itself(run: Run, sandbox: Sandbox):
    assert run("discover", "--out", "snapshot.yaml").code == 0
    assert load_snapshot(Path("snapshot.yaml")).id == "o-estate0001"
    offline, online = run("plan", "--organization", "snapshot.yaml", "--format", "json").json, run("plan", "--format", "json").json
    assert offline["changes"] == online["changes"] != []
