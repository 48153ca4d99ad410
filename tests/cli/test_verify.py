"""`verify` finds what is missing and what is too much."""

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import CHAPEL, QUARRY, ROLLOUT, write_rollout


def test_verify_finds_what_is_missing_and_what_is_too_much(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    write_rollout(
        ROLLOUT.replace("where: {ou: /Estate}, grant", f'where: {{not: {{account: ["{QUARRY}"]}}}}, grant').replace("withhold", "grant")
    )
    found = run("verify", "--format", "json")
    assert found.code == 5, found.err
    assert CHAPEL in {row["account"] for row in found.json["missing"]}
    assert QUARRY in {row["account"] for row in found.json["unexpected"]}
