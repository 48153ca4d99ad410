"""`groups` shows the catalog of the profile the rollout names, and what two profiles do differently."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.organization import EXTERNAL_ID, HUB, SCOPED
from tests.worlds.rollouts import write

CLASSIC_ONLY, SCOPED_ONLY = "hub-kms-first-use", "spoke-ebs"


def names_of(run: Run) -> set[str]:
    return {row["name"] for row in run("groups", "--format", "json").json["group_sets"]}


def test_the_group_sets_are_those_of_the_rollouts_profile(run: Run):
    assert "Profile classic" in run("groups").out
    assert CLASSIC_ONLY in names_of(run)
    write(Path("config"), SCOPED)
    assert "Profile scoped" in run("groups").out
    assert SCOPED_ONLY in names_of(run)
    assert CLASSIC_ONLY not in names_of(run)
    assert run("groups", SCOPED_ONLY).code == 0
    assert run("groups", CLASSIC_ONLY).code == 1


def test_without_a_rollout_the_classic_profile_is_shown(run: Run):
    Path("config/rollout.yaml").unlink()
    assert "Profile classic" in run("groups").out
    assert CLASSIC_ONLY in names_of(run)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("spoke-kms", ("spoke-kms", "kms:Decrypt")),
        ("RequiredForKmsEncryptedEc2Import", ("RequiredForKmsEncryptedEc2Import", "kms:Decrypt")),
    ],
    ids=["group set", "permission group"],
)
def test_one_entry_is_shown_with_its_actions(run: Run, name: str, said: tuple[str, ...]):
    out = run("groups", name).out
    assert [word for word in said if word not in out] == []
    assert run("groups", name, "--format", "json").json["name"] == name


def test_the_list_says_who_may_assume_each_role(run: Run):
    said = " ".join(run("groups").out.split())
    assert f"role-spoke: assumed by arn:aws:iam::{HUB}:role/EstateInstanceRole, arn:aws:iam::{HUB}:role/EstateRole; " in said
    assert "organization o-estate0001; external id set; session 43,200 seconds; permissions boundary none; path /" in said
    found = {role["role"]: role["properties"] for role in run("groups", "--format", "json").json["roles"]}
    assert (found["spoke"]["external id"], found["acquisition"]["external id"]) == (["set"], [])
    assert found["platform"]["instance profile"] == ["yes"]
    assert EXTERNAL_ID not in said + str(found)


def test_one_role_set_is_shown_in_full(run: Run):
    said = run("groups", "role-discovery").out
    assert "role set role-discovery, deployed as estate-role-discovery" in said
    assert [line.split() for line in said.splitlines() if "external" in line] == [["external", "id", "unset"]]
    assert run("groups", "role-discovery", "--format", "json").json["name"] == "EstateDiscoveryRole"
    assert "Did you mean role-spoke" in run("groups", "role-spok").err


def test_without_a_rollout_no_role_is_known(run: Run):
    Path("config/rollout.yaml").unlink()
    assert run("groups", "--format", "json").json["roles"] == []
    assert run("groups", "role-spoke").code == 1


def test_an_unknown_name_brings_the_near_ones(run: Run):
    answer = run("groups", "spoke-kmss")
    assert (answer.code, "Did you mean spoke-kms" in answer.err) == (1, True), answer.err


def test_the_shipped_profiles_are_compared_role_by_role(run: Run):
    said = run("groups", "--diff", "classic", "scoped")
    assert said.code == 0, said.err
    assert [line for line in said.out.splitlines() if line.startswith("role ")] == [
        "role platform",
        "role acquisition",
        "role spoke",
        "role discovery",
    ]
    assert "sts:AssumeRole in another scope" in said.out
    found = {part["role"]: part for part in run("groups", "--diff", "classic", "scoped", "--format", "json").json["roles"]}
    assert CLASSIC_ONLY in found["acquisition"]["only"]["classic"]["group_sets"]
    assert SCOPED_ONLY in found["spoke"]["only"]["scoped"]["group_sets"]
    for part in found.values():
        apart = {action for profile in part["only"].values() for action in profile["actions"]}
        assert apart.isdisjoint(row["action"] for row in part["scopes"]), "an action only one profile has has no second scope"


def test_a_profile_compared_with_itself_is_the_same(run: Run):
    assert run("groups", "--diff", "scoped", "scoped").out.count("the same in both") == 4


def test_an_unknown_profile_brings_the_near_ones(run: Run):
    answer = run("groups", "--diff", "classic", "scopd")
    assert (answer.code, "Did you mean scoped" in answer.err) == (64, True), answer.err
