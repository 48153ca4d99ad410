"""What programs import: the README's example as it stands, and verbs that print nothing and do not exit."""

import re
from pathlib import Path

import pytest

import orchestrator
from orchestrator import (
    Conduct,
    ConfigurationError,
    OrchestratorError,
    RunId,
    Settings,
    apply,
    cleanup,
    discover,
    load_snapshot,
    open_tools,
    plan,
    plan_offline,
    read_plan,
    review,
    show,
    status,
    verify,
    write_plan,
)
from orchestrator.sandbox import Sandbox
from tests.architecture.sources import ROOT
from tests.cli.organization import HUB, MANAGEMENT, write_rollout

pytestmark = pytest.mark.usefixtures("folder")

SETTINGS = Settings(poll_seconds=0.05)


def example() -> str:
    found = re.search(r"## As a library\n\n```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_example_of_the_readme_rolls_out(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]):
    assert 8 <= len(example().splitlines()) <= 14
    exec(compile(example(), "README.md", "exec"), {})  # noqa: S102 - our own text
    said = capsys.readouterr()
    assert said.out.endswith("as the rules want it: True\n")
    assert said.err == ""


def test_the_verbs_print_nothing(sandbox: Sandbox, snapshot: str, capsys: pytest.CaptureFixture[str]):
    tools = open_tools(SETTINGS)
    made = plan(tools)
    write_plan(Path("plan.json"), made)
    assert read_plan(Path("plan.json")) == made
    assert {HUB, MANAGEMENT} <= discover(tools).accounts.keys()
    outcome = apply(tools, made, Conduct(RunId("one"), "a test"))
    assert outcome.is_converged
    assert verify(tools).is_converged
    assert HUB in {account.id for account in status(tools).accounts}
    assert cleanup(tools, Conduct(RunId("two"), "a test")).is_converged
    organization = load_snapshot(Path(snapshot))
    assert plan_offline(SETTINGS, organization).summary.grants_added == made.summary.grants_added
    assert {found.role for found in review(SETTINGS, organization)}
    for form in ("text", "json", "markdown"):
        assert made.digest in show(made, form)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_wrong_file_is_an_error_of_a_kind():
    write_rollout("version: 2\n")
    with pytest.raises(ConfigurationError) as error:
        open_tools(SETTINGS)
    assert isinstance(error.value, OrchestratorError)
    assert error.value.kind == "configuration"


def test_the_public_names_are_these():
    assert orchestrator.__all__ == sorted(orchestrator.HOMES)
    assert {"apply", "cleanup", "discover", "plan", "review", "show", "status", "verify"} <= set(orchestrator.__all__)
