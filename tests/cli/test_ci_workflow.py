"""The workflow of docs/ci.md does what the page says: its commands are run as GitHub would run them, against the sandbox."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from ruamel.yaml import YAML

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import ROLLOUT, write_rollout
from tests.worlds.repositories import commit_all

ROOT = Path(__file__).parents[2]
WORKFLOW: dict[str, Any] = YAML(typ="safe").load((ROOT / "docs" / "ci" / "github-workflow.yaml").read_text(encoding="utf-8"))
EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
BASH = shutil.which("bash") or "bash"


@dataclass
class Runner:
    """Runs the steps of a job in this folder; ``known`` are the values of expressions."""

    known: dict[str, str] = field(default_factory=dict)

    def step(self, job: str, name: str) -> subprocess.CompletedProcess[str]:
        """One ``run`` step, with ``bash -e`` as GitHub does; its outputs become known."""
        (step,) = (step for step in WORKFLOW["jobs"][job]["steps"] if step.get("name") == name)
        output = Path("output")
        output.write_text("", encoding="utf-8")
        given = {**WORKFLOW["env"], **step.get("env", {})}
        variables = {name: EXPRESSION.sub(lambda found: self.known[found[1]], str(value)) for name, value in given.items()}
        files = {"GITHUB_OUTPUT": str(output.absolute()), "GITHUB_STEP_SUMMARY": str(Path("summary").absolute())}
        path = f"{Path('bin').absolute()}{os.pathsep}{os.environ['PATH']}"
        ended = subprocess.run(
            [BASH, "-e", "-c", step["run"]],
            env={**os.environ, **variables, **files, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        for line in output.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            self.known |= {f"steps.{step['id']}.outputs.{key}": value, f"needs.{job}.outputs.{key}": value}
        return ended

    def job(self, job: str) -> None:
        """Every ``run`` step, of which none fails."""
        for step in WORKFLOW["jobs"][job]["steps"]:
            if "run" in step:
                ended = self.step(job, step["name"])
                assert ended.returncode == 0, f"{step['name']}: {ended.stdout}{ended.stderr}"


def program(name: str, script: str) -> None:
    Path("bin").mkdir(exist_ok=True)
    Path("bin", name).write_text(f"#!{BASH}\n{script}\n", encoding="utf-8")
    Path("bin", name).chmod(0o755)


@pytest.fixture
def runner(folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Runner:
    boto3.client("s3").create_bucket(Bucket="forensics-state")
    write_rollout(re.sub("^state: .*$", "state: s3://forensics-state/prod", ROLLOUT, flags=re.MULTILINE))
    commit_all(folder)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    program("orchestrator", f'exec {sys.executable} -m orchestrator "$@"')
    program("pip", 'echo "$*" >> installed')
    program("gh", 'echo "$*" > asked; cat plan.md > comment')
    return Runner(
        {
            "vars.ORCHESTRATOR": "org-permission-orchestrator",
            "github.token": "",
            "github.repository": "example/permissions",
            "github.event.pull_request.number": "7",
            "github.sha": "0f" * 20,
        }
    )


def test_a_merge_is_planned_approved_applied_and_cleaned_up(runner: Runner, run: Run):
    runner.job("plan")
    assert Path("asked").read_text(encoding="utf-8").split()[:3] == ["pr", "comment", "7"]
    comment = Path("comment").read_text(encoding="utf-8")
    assert "## Plan of rollout" in comment
    assert "(main)" in comment
    assert Path("summary").read_text(encoding="utf-8") == comment
    assert runner.known["steps.plan.outputs.exit_code"] == "2"
    assert runner.known["needs.plan.outputs.digest"] in Path("plan.json").read_text(encoding="utf-8")

    runner.job("apply")
    (applied,) = run("history", "--format", "json").json["runs"]
    assert (applied["plan"], applied["because"], applied["ending"]) == (
        runner.known["needs.plan.outputs.digest"],
        f"commit {'0f' * 20}",
        "finished",
    )

    runner.job("cleanup")
    assert not Path(".orchestrator").exists()
    assert not Path("config/.state").exists()


def test_a_plan_with_violations_is_shown_and_fails(runner: Runner, sandbox: Sandbox):
    sandbox.make_foreign_stack_set("estate-spoke-kms")
    assert runner.step("plan", "Plan").returncode == 0
    assert runner.step("plan", "Comment").returncode == 0
    assert "Refused" in Path("comment").read_text(encoding="utf-8")
    assert runner.known["steps.plan.outputs.exit_code"] == "3"
    assert runner.step("plan", "Refuse a plan with violations").returncode == 1


def test_without_a_plan_the_step_fails(runner: Runner, sandbox: Sandbox):
    sandbox.faults.deny = ["organizations:*"]
    assert runner.step("plan", "Plan").returncode == 1


def test_no_text_from_outside_becomes_part_of_a_command():
    scripts = [step["run"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if "run" in step]
    assert [script for script in scripts if "${{" in script] == []


def test_only_the_job_that_is_approved_may_change_permissions():
    roles = {name: str(job["steps"]).count("OPERATOR_ROLE") for name, job in WORKFLOW["jobs"].items()}
    assert roles == {"plan": 0, "apply": 1, "cleanup": 0}
    assert [name for name, job in WORKFLOW["jobs"].items() if "environment" in job] == ["apply"]
