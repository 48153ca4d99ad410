"""Every command in every circumstance that asks for a right, played once by callers with the policies of config/permissions.

Three acts: the hub is an account of its own, and the caller is the management account; the hub is the management account; the caller is a
delegated administrator that reaches the management account through a role.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from orchestrator.adapters.clock import SystemClock
from orchestrator.model.roles import RoleKind
from orchestrator.rights import Command, Policy
from orchestrator.sandbox import Judged
from orchestrator.sandbox.first_use import client, use_for_the_first_time
from orchestrator.templates.roles import ROLE_PURPOSES
from tests.rights.stage import ACCESS_ROLE, Stage, staged
from tests.worlds.organizations import Row, Snapshot, account, snapshot
from tests.worlds.rollouts import Part, roles, rollout, rule

MANAGEMENT, HUB, ORCHARD, QUARRY = "900000000001", "900000000002", "900000000003", "900000000004"
PLATFORM, ACQUISITION, SPOKE, DISCOVERY = (roles(HUB)[kind]["name"] for kind in RoleKind)
TEMPORARY = "hub-kms-first-use"
BUCKET, ALIAS = "estate-memory", "alias/estate-first"
BOUNDARY = "arn:aws:iam::aws:policy/AdministratorAccess"
MANAGEMENT_ROLE = "RolloutManagement"
MOMENT = 0.02
EVIDENCE: Part = {
    "any": [
        {"service_linked_role": "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"},
        {"cloudtrail_event": {"name": "CreateKey"}},
        {"action_last_accessed": "kms:CreateKey"},
        {"kms_alias": ALIAS},
    ]
}
ACCOUNTS: tuple[Row, ...] = (
    account(MANAGEMENT, "head-office"),
    account(HUB, "watchtower", "/Guard"),
    account(ORCHARD, "orchard", "/Estate"),
    account(QUARRY, "quarry", "/Estate", tags={"wave": "first"}),
)
POLICY: Row = {
    "id": "p-1a2b3c4d",
    "name": "NoSnapshots",
    "type": "SERVICE_CONTROL_POLICY",
    "targets": ["r-es01"],
    "document": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:CreateSnapshot", "Resource": "*"}]},
}
FULL_ACCESS: Row = {
    "id": "p-FullAWSAccess",
    "name": "FullAWSAccess",
    "type": "SERVICE_CONTROL_POLICY",
    "targets": ["r-es01", "/Guard", "/Estate", MANAGEMENT, HUB, ORCHARD, QUARRY],
    "document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
}


@dataclass(slots=True)
class Record:
    """What every command needed of its caller, and what was needed inside accounts."""

    by_command: dict[Command, set[Judged]] = field(default_factory=lambda: {command: set() for command in Command})
    inside: set[Judged] = field(default_factory=set)

    def add(self, stage: Stage) -> None:
        for command, judged in stage.judged.items():
            self.by_command[command] |= judged
        self.inside |= stage.inside()


def estate(hub: str = HUB, *, state: str = ".state", call_as: str = "self", access: Part | None = None, **changed: Part) -> Part:
    """A rollout with every kind of role and evidence; keywords add to the settings of a role."""
    return rollout(
        [
            rule("the estate", {"ou": "/Estate"}, grant=["spoke-checks"]),
            rule("the hub", {"account": [hub]}, grant=["hub-platform", "hub-core", "hub-kms", TEMPORARY]),
            rule("discovery", "management", grant=["management-discovery"]),
        ],
        state=state,
        organization={"id": "o-estate0001", "call_as": call_as},
        roles=roles(hub, **changed),
        prefix="estate",
        temporary={TEMPORARY: {"remove_when": EVIDENCE, "expires_after": "30d"}},
        safety={"max_revoked_percent": 100},
        **({"access": access} if access else {}),
    )


def world(*delegated: str) -> Snapshot:
    made = snapshot(ACCOUNTS, ["/Guard", "/Estate"], management=MANAGEMENT, organization="o-estate0001", root="r-es01", delegated=delegated)
    return {**made, "policies": [POLICY, FULL_ACCESS]}


def play(folder: Path) -> Record:
    """All acts. Raises AssertionError when a command does not end as it should."""
    record = Record()
    with standing_in(folder):
        for act in (hub_of_its_own, hub_in_management, delegated_administrator):
            with act() as stage:
                record.add(stage)
    return record


@contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """Whatever is waited for is asked for again in a moment."""
    before, sleep = Path.cwd(), SystemClock.sleep
    os.chdir(folder)
    try:
        with (
            patch.dict(os.environ, {"ORCHESTRATOR_POLL_SECONDS": str(MOMENT), "COLUMNS": "200"}),
            patch.object(SystemClock, "sleep", lambda clock, seconds: sleep(clock, min(seconds, MOMENT))),
        ):
            yield
    finally:
        os.chdir(before)


@contextmanager
def hub_of_its_own() -> Iterator[Stage]:
    """Read, apply, tamper, look, repair, change everything that can change, use, clean up, forget, destroy."""
    with staged(world(), estate(), account=MANAGEMENT, others=(HUB, ORCHARD, QUARRY)) as stage:
        read(stage)
        stage.run(Command.APPLY, "--yes", policy=Policy.OPERATOR)
        tamper(stage)
        look(stage)
        stage.run(Command.APPLY, "--yes", policy=Policy.OPERATOR)
        change(stage)
        stage.run(Command.GRANT, TEMPORARY, "--account", HUB, "--for", "4h", "--because", "a case", "--yes", policy=Policy.OPERATOR)
        make_alias(stage)
        stage.run(Command.CLEANUP, "--yes", policy=Policy.CLEANER)
        stage.sandbox.set_state(QUARRY, "SUSPENDED")
        stage.run(Command.FORGET, QUARRY, "--because", "closed", "--yes", policy=Policy.CLEANER)
        stage.run(Command.DESTROY, "--yes", "--include-excluded", policy=Policy.OPERATOR)
        yield stage


def read(stage: Stage) -> None:
    """With and without what AWS does not give everywhere."""
    stage.run(Command.DISCOVER, policy=Policy.READER)
    stage.run(Command.EXPLAIN, QUARRY, policy=Policy.READER)
    for lacking in ("serve_paths", "serve_bulk_tags"):
        stage.sandbox.faults.change({lacking: False})
        stage.run(Command.DISCOVER, policy=Policy.READER)
        stage.sandbox.faults.change({lacking: True})
    stage.run(Command.PLAN, policy=Policy.PLANNER)
    foresee(stage)


def foresee(stage: Stage) -> None:
    """A role that others made under one of our names, with a managed policy."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    trust_text, policy_text = (json.dumps({"Version": "2012-10-17", "Statement": [statement]}) for statement in (trust, allowed))
    iam, name = client("iam", stage.sandbox.environment(QUARRY)), str(SPOKE)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust_text)
    policy = iam.create_policy(PolicyName="of-others", PolicyDocument=policy_text)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    stage.run(Command.PLAN, policy=Policy.PLANNER, code=3)
    stage.run(Command.ADOPT, policy=Policy.PLANNER)
    iam.detach_role_policy(RoleName=name, PolicyArn=policy)
    iam.delete_role(RoleName=name)


def tamper(stage: Stage) -> None:
    """In a member and in the management account; and a role that may be ours."""
    stage.sandbox.put_inline_policy(ORCHARD, str(SPOKE), "estate-spoke-checks")
    stage.sandbox.put_inline_policy(MANAGEMENT, str(DISCOVERY), "estate-management-discovery")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{HUB}:root"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    client("iam", stage.sandbox.environment(ORCHARD)).create_role(RoleName="Stray", AssumeRolePolicyDocument=document)


def look(stage: Stage) -> None:
    for command in (Command.PLAN, Command.STATUS, Command.VERIFY):
        stage.run(command, policy=Policy.PLANNER)
    stage.run(Command.DRIFT, policy=Policy.PLANNER, code=5)
    stage.run(Command.PROBE, policy=Policy.PLANNER, code=5)


def change(stage: Stage) -> None:
    """Every property of a role there and back, and its description, which another release of the program may change."""
    altered: Part = {"tags": {"team": "response"}, "max_session": 7200, "permissions_boundary": BOUNDARY, "trusted": ["acquisition"]}
    stage.configure(estate(spoke=altered, discovery=altered))
    with patch.dict(ROLE_PURPOSES, {RoleKind.DISCOVERY: "Lists the accounts."}):
        stage.run(Command.APPLY, "--yes", policy=Policy.OPERATOR)
    stage.configure(estate())
    stage.run(Command.APPLY, "--yes", policy=Policy.OPERATOR)


def make_alias(stage: Stage) -> None:
    """Evidence without a date of its own."""
    kms = client("kms", stage.sandbox.environment(HUB))
    kms.create_alias(AliasName=ALIAS, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    stage.sandbox.faults.change({"serve_alias_dates": False})


@contextmanager
def hub_in_management() -> Iterator[Stage]:
    """The hub's share goes through plain stacks, instance profile and temporary grant included. The state is in a bucket."""
    settings = estate(MANAGEMENT, state=f"s3://{BUCKET}/of/estate")
    with staged(world(), settings, account=MANAGEMENT, others=(HUB, ORCHARD, QUARRY)) as stage:
        client("s3", stage.sandbox.environment()).create_bucket(Bucket=BUCKET)
        stage.run(Command.DOCTOR, policy=Policy.OPERATOR)
        stage.run(Command.APPLY, "--yes", policy=Policy.OPERATOR)
        stage.run(Command.DRIFT, policy=Policy.PLANNER)
        stage.run(Command.PROBE, policy=Policy.PLANNER)
        stage.run(Command.HISTORY, policy=Policy.READER)
        use_for_the_first_time(stage.sandbox, MANAGEMENT, str(PLATFORM), str(ACQUISITION))
        stage.sandbox.faults.change({"seconds_in": {MANAGEMENT: 0.1}})
        stage.run(Command.CLEANUP, "--yes", policy=Policy.CLEANER)
        stage.run(Command.DESTROY, "--yes", policy=Policy.OPERATOR)
        yield stage


@contextmanager
def delegated_administrator() -> Iterator[Stage]:
    """The role in the management account has the operator's policy, and trusts the hub."""
    access: Part = {"role_names": [ACCESS_ROLE], "management_role_arn": f"arn:aws:iam::{MANAGEMENT}:role/{MANAGEMENT_ROLE}"}
    settings = estate(state=".other-state", call_as="delegated-admin", access=access)
    with staged(world(HUB), settings, account=HUB, others=(ORCHARD, QUARRY)) as stage:
        admit(stage)
        stage.run(Command.APPLY, "--yes", policy=Policy.OPERATOR)
        stage.run(Command.VERIFY, policy=Policy.PLANNER)
        stage.run(Command.DESTROY, "--yes", policy=Policy.OPERATOR)
        yield stage


def admit(stage: Stage) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{HUB}:root"}}
    iam = client("iam", stage.sandbox.environment(MANAGEMENT))
    iam.create_role(RoleName=MANAGEMENT_ROLE, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    for policy in (Policy.OPERATOR, Policy.PROBER):
        stage.sandbox.put_inline_policy(MANAGEMENT, MANAGEMENT_ROLE, str(policy), stage.policies[policy])
