"""Every command says what it does, and describes every argument and every option it takes."""

import pytest

from orchestrator.cli.application import app
from tests.cli.conftest import Run

COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands if command.callback)
CONTRACT = {
    "init", "validate", "groups", "render", "discover", "explain", "plan", "apply", "status", "verify", "cleanup", "destroy",
    "grant-temporarily", "history", "sandbox", "demo",
}  # fmt: skip


def described(title: str, page: str) -> dict[str, str]:
    """One part of a page of help: what is listed there, each with its sentence, which may begin on the next line."""
    found: dict[str, str] = {}
    for line in page.partition(f"\n{title}:\n")[2].partition("\n\n")[0].splitlines():
        if line.startswith("   "):
            found[next(reversed(found))] += line.strip()
        else:
            name, _, sentence = line.strip().partition("  ")
            found[name] = sentence.strip()
    return found


def test_every_command_of_the_contract_is_listed_with_a_sentence(run: Run):
    page = run("--help")
    assert page.code == 0
    listed = described("Commands", page.out)
    assert listed.keys() >= CONTRACT
    assert [name for name, sentence in listed.items() if not sentence] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps(run: Run, command: str):
    page = run(command, "--help")
    assert page.code == 0
    usage, about = page.out.split("\n\n")[:2]
    assert f"orchestrator {command} " in usage
    assert about.strip().rstrip(")").endswith(".")
    taken = described("Arguments", page.out) | described("Options", page.out)
    assert [name for name, sentence in taken.items() if not sentence] == []
    assert {"--format", "--help"} <= {name.split()[0] for name in taken}


def test_no_command_at_all_shows_what_there_is(run: Run):
    page = run()
    assert "Commands:" in page.out + page.err
