"""All commands refuse the state of another rollout."""

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import ROLLOUT, write_rollout


def test_the_state_of_another_rollout_is_refused_by_all_that_would_believe_it(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes", "--until", "canary").code == 0
    before = len(sandbox.journal.writes())
    other = ROLLOUT.replace("prefix: estate", "prefix: other")
    write_rollout(other)
    for words in (("plan",), ("apply", "--yes"), ("cleanup", "--yes"), ("destroy", "--yes"), ("status",), ("verify",)):
        answer = run(*words, "--format", "json")
        assert (answer.code, answer.json["error"]["kind"], answer.json["error"]["where"]) == (3, "another_rollout", "config/.state"), words
        assert "belongs to rollout estate of organization o-estate0001 in us-east-1" in answer.json["error"]["message"]
    assert len(sandbox.journal.writes()) == before
    write_rollout(other.replace("state: .state", "state: .other"))
    made = run("plan", "--format", "json").json
    assert {violation["kind"] for violation in made["violations"]} == {"role_exists"}  # those of rollout estate, under the same names
    write_rollout()
    assert "resuming it" in run("apply", "--yes").err
