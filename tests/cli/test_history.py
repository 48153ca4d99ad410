"""`history` tells the past runs it can read."""

import json
from pathlib import Path

from orchestrator.adapters.files.plan.file import digest_of
from orchestrator.sandbox import Sandbox
from orchestrator.sandbox.first_use import use_for_the_first_time
from tests.cli.conftest import Run
from tests.cli.organization import HUB


def test_one_damaged_journal_hides_no_other_run(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    assert run("cleanup", "--yes").code == 0
    first, second = run("history", "--format", "json").json["runs"]
    assert first["made_by"] == first["caller"]
    journal = Path("config/.state/journal") / f"{first['plan'].removeprefix('sha256:')}.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], b"rubbish\n", *lines[2:]]))
    found = run("history", "--format", "json")
    assert (found.code, [row["run"] for row in found.json["runs"]]) == (1, [second["run"]]), found.err
    assert first["plan"].removeprefix("sha256:") in found.err


def test_a_run_names_who_made_its_plan_beside_who_applied_it(run: Run, sandbox: Sandbox):
    run("plan", "--out", "plan.json")
    fields = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    made = {
        **fields,
        "made_by": "arn:aws:iam::123456789012:user/planner",
        "configuration": {"id": "0f" * 20, "branch": "main", "is_modified": True},
    }
    Path("plan.json").write_text(json.dumps({**made, "digest": digest_of(made)}), encoding="utf-8")
    assert run("apply", "plan.json").code == 0
    (found,) = run("history", "--format", "json").json["runs"]
    assert found["made_by"].endswith("user/planner")
    assert found["caller"].endswith("user/administrator")
    assert found["configuration"] == {"commit": "0f" * 20, "branch": "main", "modified": True}
    assert "made by arn:aws:iam::123456789012:user/planner from commit 0f0f0f0f0f0f (main)" in " ".join(run("history").out.split())
