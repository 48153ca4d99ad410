"""What to type next is built from what was typed."""

import shlex

import pytest

from orchestrator.cli.typed import commands


@pytest.mark.parametrize(
    ("typed", "again", "program"),
    [
        ("apply plan.json", "apply plan.json", ""),
        ("--config 'my rollout.yaml' apply --until canary --yes", "--config 'my rollout.yaml' apply --yes", " --config 'my rollout.yaml'"),
        ("apply --until=canary --profile=audit --verbose", "apply --profile=audit --verbose", " --profile=audit --verbose"),
        ("destroy --because '--until yesterday'", "destroy --because '--until yesterday'", ""),
    ],
)
def test_the_next_command_keeps_the_options_of_the_program_and_no_wave_to_stop_after(typed, again, program, monkeypatch):
    monkeypatch.setattr("sys.argv", ["orchestrator", *shlex.split(typed)])
    found = commands()
    assert (found.again, found.program) == (f"orchestrator {again}", f"orchestrator{program}")
