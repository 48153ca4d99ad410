"""What `validate` refuses, what it only warns of, and how it says so."""

import shutil
from pathlib import Path

import pytest

from orchestrator.adapters.files.catalog.file import default_catalog_folder
from tests.cli.conftest import Run
from tests.cli.organization import ROLLOUT, write_rollout

WIDE = """\
groups:
  OwnGroup:
    purpose: Reads our own tables.
    roles: [acquisition]
    source: ours
    statements:
      - actions: [dynamodb:GetItem]
        resources:
"""


OWN_SET = "  hub-own: {role: acquisition, groups: [OwnGroup], purpose: Our own tables.}\naccepted:\n"


@pytest.fixture
def catalog(folder: Path) -> Path:
    """A catalog of our own beside rollout.yaml."""
    return Path(shutil.copytree(default_catalog_folder(), folder / "config" / "catalog"))


def amend(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_hub_set(catalog: Path, tables: int = 6) -> None:
    """A group set that no longer fits beside every other one of the acquisition role: few tables with very long names."""
    resources = [f"          - 'arn:${{partition}}:dynamodb:*:${{account}}:table/{number}{'o' * 500}'\n" for number in range(tables)]
    (catalog / "groups" / "own.yaml").write_text(WIDE + "".join(resources), encoding="utf-8")
    amend(catalog / "profiles" / "classic.yaml", "accepted:\n", OWN_SET)


def test_every_problem_of_a_config_has_its_line(run: Run):
    write_rollout(ROLLOUT.replace("spoke-checks", "spoke-cheks").replace("profile: classic", "profile: clasic\nunheard: of"))
    answer = run("validate", "--format", "json")
    assert answer.code == 1
    assert "rollout.yaml:" in answer.json["error"]["where"]
    assert answer.err.count("rollout.yaml:") >= 2


def test_a_profile_that_no_account_can_hold_whole_is_only_a_warning(run: Run, catalog: Path):
    add_hub_set(catalog)
    said, answer = run("validate"), run("validate", "--format", "json")
    assert (said.code, answer.code, answer.json["valid"]) == (0, 0, True)
    *_, warning = answer.json["warnings"]
    assert "with all group sets of the profile the acquisition role would hold 1" in warning
    assert "the limit is 10,240" in warning
    assert "warning: with all group sets" in said.out


@pytest.mark.parametrize("grant", ["all", "[hub-core, hub-checks, hub-storage, hub-ec2, hub-kms, hub-isolation, hub-lambda, hub-own]"])
def test_what_the_rules_may_grant_one_role_must_fit_on_it(run: Run, catalog: Path, grant: str):
    add_hub_set(catalog)
    write_rollout(ROLLOUT.replace("grant: [hub-platform, hub-core, hub-kms, hub-kms-first-use]", f"grant: {grant}"))
    answer = run("validate", "--format", "json")
    assert answer.code == 1
    (problem,) = answer.json["problems"]
    assert "rollout.yaml: by the rules the acquisition role would hold 1" in problem
    assert "the limit is 10,240" in problem
    assert "hub-own 3," in problem


def test_a_group_set_that_fits_on_no_role_is_refused_though_nobody_grants_it(run: Run, catalog: Path):
    add_hub_set(catalog, 20)
    answer = run("validate", "--format", "json")
    assert answer.code == 1
    (problem,) = answer.json["problems"]
    assert "profile classic: group set hub-own: 1" in problem


def test_a_problem_in_a_profile_that_is_not_selected_is_told(run: Run, catalog: Path):
    amend(catalog / "profiles" / "scoped.yaml", "RequiredForLambdaImport", "RequiredForLambdaImports")
    answer = run("validate", "--format", "json")
    assert answer.code == 1
    assert "scoped.yaml:" in answer.json["error"]["where"]
    assert 'unknown group "RequiredForLambdaImports"' in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("published.yaml", "actions: [ec2:DescribeInstances]", "actions: [DescribeInstances]", "published.yaml:"),
        ("privileges.yaml", "way: ssm-002", "way: ssm-999", "unknown ways: ssm-999"),
        ("privileges.yaml", "guardrail: role-changes", "guardrail: role-change", "there is no guardrail role-change."),
        ("guardrails.yaml", "${our_roles}'}", "${our_role}'}", "nothing fills ${our_role}. Did you mean our_roles or"),
        ("guardrails.yaml", "when_set: [kms_grants", "when_set: [kms_grant", "nothing fills ${kms_grant_for_aws_resources_only}."),
    ],
)
def test_what_roles_are_compared_with_is_checked_too(run: Run, catalog: Path, name: str, old: str, new: str, said: str):
    amend(catalog / name, old, new)
    answer = run("validate")
    assert (answer.code, said in answer.err) == (1, True), answer.err


def test_a_catalog_of_ones_own_needs_no_copy_of_what_roles_are_compared_with(run: Run, catalog: Path, snapshot: str):
    (catalog / "published.yaml").unlink()
    (catalog / "privileges.yaml").unlink()
    assert run("validate").code == 0
    assert run("review", "--organization", snapshot).code == 0


def test_a_guardrail_that_aws_would_not_take_is_refused(run: Run):
    folders = "".join(f"{letter * 60}/" for letter in "abcdefg")
    write_rollout(ROLLOUT.replace("name: EstateSpokeRole,", f"name: EstateSpokeRole, path: /{folders},"))
    answer = run("validate", "--format", "json")
    assert answer.code == 1
    assert any("guardrail stacksets/guardrails/role-actions.json" in problem and "5,120" in problem for problem in answer.json["problems"])


def test_a_finding_names_its_severity_and_its_place(run: Run, catalog: Path):
    amend(catalog / "groups" / "imports.yaml", "lambda:GetFunction\n", "lambda:GetFunction\n          - lambda:DeleteFunction\n")
    said, answer = run("validate"), run("validate", "--format", "json")
    assert (said.code, answer.code) == (1, 1)
    assert "imports.yaml:5:3: RequiredForLambdaImport (acquisition): medium overbroad: lambda:DeleteFunction" in said.out
    found = [finding for finding in answer.json["findings"] if finding["because"] is None]
    assert {(finding["severity"], finding["rule"], finding["action"]) for finding in found} == {
        ("medium", "overbroad", "lambda:DeleteFunction")
    }


def test_names_the_platform_would_not_discover_are_only_a_warning(run: Run):
    write_rollout(ROLLOUT.replace("EstateSpokeRole", "DarktraceForensicsSpoke"))
    answer = run("validate", "--format", "json")
    assert answer.code == 0
    names = [warning.split(":")[0] for warning in answer.json["warnings"] if warning.startswith("roles.")]
    assert names == ["roles.platform.name", "roles.acquisition.name", "roles.discovery.name"]


def test_a_rule_that_grants_one_set_without_what_it_needs_is_only_a_warning(run: Run):
    answer = run("validate", "--format", "json")
    assert answer.code == 0
    core, *others = [warning for warning in answer.json["warnings"] if "hub-" in warning and "which it needs" in warning]
    assert "rollout.yaml:" in core
    assert 'rule "the hub" grants hub-core without hub-ec2, which it needs. Grant both.' in core
    assert [warning.partition(" grants ")[2] for warning in others] == ["hub-kms without hub-ec2, which it needs. Grant both."]


def test_accepted_findings_are_counted_by_severity(run: Run):
    assert " high and " in run("validate").out
