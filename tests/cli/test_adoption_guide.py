"""docs/adopt.md from the audit to the day the vendor's StackSets are deleted: its commands, and after every change a look at every account.

An account can be investigated where the hub's acquisition role gets into a role that allows what an investigation begins with.
"""

import json
import re
import shlex
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from orchestrator.sandbox import Sandbox, operations
from orchestrator.sandbox.authority import context_of, decision_for, decision_for_role
from orchestrator.sandbox.evaluation import Request
from orchestrator.sandbox.iam_store import IamStore
from orchestrator.sandbox.instance_work import work_on
from orchestrator.sandbox.trust import is_trusted
from orchestrator.sandbox.world import World
from tests.architecture.sources import ROOT
from tests.cli.conftest import Run
from tests.cli.organization import write_rollout
from tests.worlds.organizations import HUB, MANAGEMENT
from tests.worlds.sandboxes import client_in, playing
from tests.worlds.vendor import (
    ACQUISITION,
    FRESH,
    HANDMADE,
    HUB_ROLES,
    NEEDED,
    RANDOM,
    ROLES,
    SHARED,
    SPOKE,
    TRUSTS_HUB,
    VENDOR_FIXED,
    document,
    handled,
    vendor_rollout,
    vendor_snapshot,
)

HUB_LINE = {"where": "hub", "handling": "attach", "because": "the vendor's installation made it"}

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^ *\$ ((?:.*\\\n)*.*)$", re.MULTILINE)


GUIDE, TAKING_OVER = (ROOT / "docs/adopt.md").read_text(encoding="utf-8").split("## Take a role over")


def commands(text: str) -> list[list[str]]:
    """Those of a part of the guide, in its order, continued lines joined."""
    return [shlex.split(line.replace("\\\n", " ")) for block in BLOCK.findall(text) for line in COMMAND.findall(block)]


def is_open(world: World, account: str) -> bool:
    """Whether the acquisition role of the hub can investigate the account now."""
    hub = IamStore(HUB).need_role(ACQUISITION)
    caller = world.sessions.open(hub.arn, hub.id, "investigation", world.now()).caller
    return any(
        is_trusted(role.assume_role_policy_document, caller, context_of(world, caller))
        and decision_for(world, caller, "sts:AssumeRole", role.arn) == "allowed"
        and all(decision_for_role(account, role.name, Request(action, "*", {})) == "allowed" for action in NEEDED)
        for role in IamStore(account).roles()
        if "CadoResponse" in role.name
    )


class Watch:
    """Looks at every account after each change that a StackSet makes in one."""

    def __init__(self) -> None:
        self.seen: list[set[str]] = []

    def work_on(self, world: World, *arguments: Any) -> None:
        work_on(world, *arguments)
        self.seen.append({account for account in (*ROLES, FRESH) if is_open(world, account)})


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watching = Watch()
    monkeypatch.setattr(operations, "work_on", watching.work_on)
    return watching


@pytest.fixture
def sandbox(folder: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    write_rollout(json.dumps(vendor_rollout()))
    with playing(vendor_snapshot(HUB_ROLES), monkeypatch) as running:
        yield running


def cloudformation(sandbox: Sandbox, words: list[str]) -> None:
    """A command of the AWS CLI, and the end of what it started."""
    client = client_in(sandbox, "cloudformation", MANAGEMENT)
    options = {word: words[at + 1] for at, word in enumerate(words) if word.startswith("--") and not word.endswith("retain-stacks")}
    name = options["--stack-set-name"]
    if words[2] == "delete-stack-set":
        client.delete_stack_set(StackSetName=name)
        return
    targets = dict(part.split("=", 1) for part in re.split(r",(?=[A-Z])", options["--deployment-targets"]))
    operation = client.delete_stack_instances(
        StackSetName=name,
        DeploymentTargets={
            "OrganizationalUnitIds": [targets["OrganizationalUnitIds"]],
            "Accounts": targets["Accounts"].split(","),
            "AccountFilterType": targets["AccountFilterType"],
        },
        Regions=[options["--regions"]],
        RetainStacks="--retain-stacks" in words,
    )["OperationId"]

    def status() -> str:
        found = client.describe_stack_set_operation(StackSetName=name, OperationId=operation)
        return str(found["StackSetOperation"]["Status"])

    while status() == "RUNNING":
        time.sleep(0.01)
    assert status() == "SUCCEEDED"


def choose_lines(run: Run) -> None:
    """The second step of the guide: the lines that the audit proposes."""
    proposed = YAML(typ="safe").load("\n".join(run("adopt", "--format", "json").json["rollout_lines"]))["roles"]
    lines = {kind: role["existing"] for kind, role in proposed.items()}
    write_rollout(json.dumps(vendor_rollout(**lines)))


def test_the_guide_leads_from_the_audit_to_a_deleted_stack_set_and_no_account_is_shut_meanwhile(run: Run, sandbox: Sandbox, watch: Watch):
    assert {account for account in (*ROLES, FRESH) if is_open(sandbox._world, account)} == ROLES.keys()
    for words in commands(GUIDE):
        if words[0] == "aws":
            cloudformation(sandbox, words)
        else:
            answer = run(*words[1:])
            assert answer.code == 0, (words, answer.out, answer.err)
        if words[1:] == ["adopt"]:
            choose_lines(run)
    assert len(watch.seen) > len(ROLES)
    assert all(seen >= ROLES.keys() for seen in watch.seen)
    assert watch.seen[-1] >= {*ROLES, FRESH}
    remaining = client_in(sandbox, "cloudformation", MANAGEMENT).list_stack_sets(Status="ACTIVE")["Summaries"]
    assert {each["StackSetName"].partition("-")[0] for each in remaining} == {"cado"}
    assert run("plan", "--format", "json").json["operations"] == []
    names = {role["RoleName"] for role in client_in(sandbox, "iam", RANDOM).list_roles()["Roles"] if "CadoResponse" in role["RoleName"]}
    assert names == {SPOKE}


def test_a_role_with_policies_of_others_is_not_deleted_with_its_stack(run: Run, sandbox: Sandbox):
    """What the guide warns of: without --retain-stacks the deletion fails."""
    choose_lines(run)
    assert run("apply", "--yes").code == 0
    words = ["aws", "cloudformation", "delete-stack-instances", "--stack-set-name", VENDOR_FIXED, "--no-retain-stacks"]
    targets = f"OrganizationalUnitIds=r-ab12,Accounts={SHARED},AccountFilterType=INTERSECTION"
    with pytest.raises(AssertionError):
        cloudformation(sandbox, [*words, "--deployment-targets", targets, "--regions", "us-east-1"])
    assert client_in(sandbox, "iam", SHARED).get_role(RoleName=SPOKE)["Role"]["RoleName"] == SPOKE


def iam(sandbox: Sandbox, words: list[str]) -> None:
    """A command of the AWS CLI, in the account whose role is taken over."""
    documents = {"$(cat trust.json)": json.dumps(TRUSTS_HUB), "$(cat policy.json)": json.dumps(document(*NEEDED))}
    pairs = zip(words[3::2], words[4::2], strict=True)
    named = {"".join(part.capitalize() for part in option.split("-")): documents.get(value, value) for option, value in pairs}
    getattr(client_in(sandbox, "iam", HANDMADE), words[2].replace("-", "_"))(**named)


def test_a_role_is_taken_over_by_way_of_a_bridge(run: Run, sandbox: Sandbox):
    choose_lines(run)
    assert run("apply", "--yes").code == 0
    attached = handled("attach", *(account for account in ROLES if account not in (RANDOM, HANDMADE)))
    hub = {"platform": [HUB_LINE], "acquisition": [HUB_LINE]}
    lines = [(attached, handled("leave", HANDMADE)), (attached,)]
    for words in commands(TAKING_OVER):
        if words[:2] == ["orchestrator", "apply"]:
            write_rollout(json.dumps(vendor_rollout(*lines.pop(0), **hub)))
        if words[0] == "aws":
            iam(sandbox, words)
        else:
            answer = run(*words[1:])
            assert answer.code == 0, (words, answer.out, answer.err)
        assert is_open(sandbox._world, HANDMADE), words
    role = client_in(sandbox, "iam", HANDMADE).get_role(RoleName=SPOKE)["Role"]
    assert {"Key": "rollout", "Value": "cado"} in role["Tags"]
