"""Options of the program itself: before or after the command, from variables, and what a shell may complete."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

COMPLETE = "import sys; sys.argv = ['orchestrator']; from orchestrator.cli import main; main()"


def completed(words: str, environment: dict[str, str]) -> list[str]:
    asked = {"_ORCHESTRATOR_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    ended = subprocess.run([sys.executable, "-c", COMPLETE], check=False, capture_output=True, text=True, env={**environment, **asked})
    assert ended.stderr == ""
    return ended.stdout.split()


@pytest.fixture
def elsewhere(folder: Path) -> str:
    Path("elsewhere").mkdir()
    Path("config/rollout.yaml").rename("elsewhere/rollout.yaml")
    return "elsewhere/rollout.yaml"


@pytest.mark.parametrize("words", [("--config", "{}", "validate"), ("validate", "--config", "{}"), ("validate", "--config={}")])
def test_the_rollout_file_may_be_named_before_or_after_the_command(run: Run, elsewhere: str, words: tuple[str, ...]):
    answer = run(*(word.format(elsewhere) for word in words))
    assert (answer.code, "no such file" in answer.err) == (0, False), answer.err


def test_an_option_after_the_command_wins(run: Run, elsewhere: str):
    assert run("--config", "missing.yaml", "validate", "--config", elsewhere).code == 0


def test_log_lines_go_to_the_file_named_after_the_command(run: Run):
    assert run("validate", "--log-file", "out.log", "--config", "missing.yaml").code == 1
    assert '"exit_code": 1' in Path("out.log").read_text(encoding="utf-8")


def test_a_profile_that_does_not_exist_is_named(run: Run):
    answer = run("discover", "--profile", "nobody")
    assert (answer.code, "nobody" in answer.err) == (1, True)


def test_no_command_shows_the_help_as_a_mistake(run: Run):
    page = run()
    assert (page.code, page.out, page.err.startswith("Usage: ")) == (64, "", True)


def test_a_shell_completes_commands_group_sets_waves_and_accounts(folder: Path, snapshot: str, monkeypatch: pytest.MonkeyPatch):
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    Path(snapshot).rename("organization.yaml")
    assert completed("orchestrator clean", environment) == ["cleanup"]
    assert "spoke-kms" in completed("orchestrator groups spoke-", environment)
    assert "everyone" in completed("orchestrator apply --until e", environment)
    assert "watchtower" in completed("orchestrator explain watch", environment)


def test_a_shell_completes_nothing_where_files_are_broken(folder: Path):
    Path("config/rollout.yaml").write_text("broken: [", encoding="utf-8")
    assert completed("orchestrator groups spoke-", {"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}) == []
