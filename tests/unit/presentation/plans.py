"""A made-up plan that shows everything a plan can show."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orchestrator.adapters.files.plan.file import with_digest
from orchestrator.model.evidence import Unknown, Unused, Used
from orchestrator.model.identifiers import AccountId, GroupSetName, OperationKey, StackSetName
from orchestrator.model.operation import Create, CreateInstances, DeleteInstances, Operation
from orchestrator.model.organization import AccountState
from orchestrator.model.permission import Block, PermissionChange, RoleChange, RoleChangeKind, ScopeChange
from orchestrator.model.plan import (
    Change,
    ChangeKind,
    ExcludedAccount,
    Plan,
    Summary,
    Target,
    Violation,
    WithheldSet,
)
from orchestrator.model.provenance import Commit, Provenance
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Definition, Place, Unit, Window
from orchestrator.model.temporary import TemporaryGrant, TemporaryState
from orchestrator.presentation.json_text import json_text
from tests.worlds import plans
from tests.worlds.states import state

EVERYWHERE = (Block(("*",)),)
KEYS_IN_ONE_REGION = (Block(("arn:aws:kms:*:*:key/1234",), {"StringEquals": {"aws:RequestedRegion": ("us-east-1",)}}),)
SPOKE_ROLE = StackSetName("cado-role-spoke")

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HUB = AccountId("222222222222")
PROD = tuple(AccountId(f"11111111{number:04d}") for number in range(1, 9))
DEV = tuple(AccountId(f"44444444{number:04d}") for number in range(1, 5))
EVERY_WORKLOAD = "every workload account"
RULES = {EVERY_WORKLOAD: "config/rollout.yaml:38:5", "the hub": "config/rollout.yaml:55:5", "cardholder data": "config/rollout.yaml:46:5"}

HEADER = replace(
    plans.HEADER,
    created_at=NOW,
    management_account=AccountId("123456789012"),
    accounts=40,
    overrides=("--allow-revokes spoke-triage",),
    provenance=Provenance(
        "arn:aws:sts::123456789012:assumed-role/Planner/ada", Commit("0123456789abcdef" * 2 + "01234567", "main", is_modified=False)
    ),
)

TARGETS = (
    *(Target(account, f"payments-{account[-2:]}", "/Workloads/Prod", AccountState.ACTIVE) for account in PROD),
    *(Target(account, f"ledger-dev-{account[-2:]}", "/Workloads/Dev", AccountState.ACTIVE) for account in DEV[:2]),
    *(Target(account, f"experiments-{account[-2:]}", "/Workloads/Dev/Experiments", AccountState.ACTIVE) for account in DEV[2:]),
    Target(HUB, "security-tooling", "/Security", AccountState.ACTIVE),
)


def change(kind: ChangeKind, group_set: str, accounts: tuple[AccountId, ...], because: str) -> Change:
    return Change(kind, StackSetName(f"cado-{group_set}"), GroupSetName(group_set), accounts, because)


CHANGES = (
    Change(ChangeKind.GRANT, StackSetName("cado-role-spoke"), None, (*PROD, *DEV), "its first group set"),
    *(change(ChangeKind.GRANT, name, (*PROD, *DEV), EVERY_WORKLOAD) for name in ("spoke-checks", "spoke-kms")),
    change(ChangeKind.REVOKE, "spoke-triage", PROD[:2], "withheld: cardholder data: PCI scope"),
    change(ChangeKind.UPDATE, "hub-core", (HUB,), "the definition changed"),
)


def read(result):
    """A JSON result as a program reads it."""
    return json.loads(json_text(result))


def policy(*actions: str) -> Definition:
    """A definition that grants these actions on everything."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    resource = {"Type": "AWS::IAM::RolePolicy", "Properties": {"PolicyDocument": {"Statement": [statement]}}}
    return Definition(json.dumps({"Resources": {"Policy": resource}}))


KMS_ACTIONS = ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext")
TRIAGE_ACTIONS = ("ssm:DescribeInstanceInformation", "ssm:SendCommand")


def operations() -> tuple[Operation, ...]:
    first, second, third = (OperationKey(f"op-{number:03d}") for number in (1, 2, 3))
    kms = StackSetName("cado-spoke-kms")
    return (
        Create(id=first, place=Place(kms), wave="canary", definition=policy(*KMS_ACTIONS)),
        CreateInstances(id=second, place=Place(kms), wave="canary", after=(first,), accounts=DEV),
        CreateInstances(id=third, place=Place(kms), wave="everyone", after=(second,), accounts=PROD),
        DeleteInstances(id=OperationKey("op-004"), place=Place(StackSetName("cado-spoke-triage")), wave="everyone", accounts=PROD[:2]),
    )


def temporary(account: AccountId, state: TemporaryState, *, age: int | None = None, **rest) -> TemporaryGrant:
    begin = None if age is None else NOW - timedelta(days=age)
    window = None if begin is None else Window(begin, begin + timedelta(days=30))
    used = rest.get("evidence")
    due = used.at if state is TemporaryState.USED and isinstance(used, Used) else None
    return TemporaryGrant(GroupSetName("hub-kms-first-use"), account, state, window, **{"due": due, **rest})


TEMPORARY = (
    temporary(DEV[0], TemporaryState.GRANTED, age=3, evidence=Unused()),
    temporary(
        HUB, TemporaryState.USED, age=5, evidence=Used(NOW - timedelta(days=2), "service-linked role exists"), detail="will be revoked"
    ),
    temporary(DEV[1], TemporaryState.GRANTED, age=1, evidence=Unknown("AccessDenied on sts:AssumeRole")),
    temporary(DEV[2], TemporaryState.ABSENT, evidence=Used(NOW, ""), detail="not needed: already used on 2026-11-24"),
)

PLAN = with_digest(
    Plan(
        header=HEADER,
        observed=state({StackSetName("cado-spoke-triage"): Unit(policy(*TRIAGE_ACTIONS))}),
        operations=operations(),
        summary=Summary(40, 4, 24, 2, 37, 4),
        changes=CHANGES,
        permissions=(
            PermissionChange(12, RoleKind.SPOKE, ScopeChange.WIDER, KMS_ACTIONS, KEYS_IN_ONE_REGION, EVERYWHERE, (EVERY_WORKLOAD,)),
            PermissionChange(
                2, RoleKind.SPOKE, ScopeChange.GONE, TRIAGE_ACTIONS, EVERYWHERE, (), ("withheld: cardholder data: PCI scope",)
            ),
        ),
        roles=(
            RoleChange(SPOKE_ROLE, 12, RoleChangeKind.CHANGED, "session", "3,600 seconds", "43,200 seconds", widens=True),
            RoleChange(SPOKE_ROLE, 12, RoleChangeKind.CHANGED, "path", "/", "/forensics/"),
        ),
        withheld=(
            WithheldSet(None, (AccountId("555555550009"),), "no rule grants it anything"),
            WithheldSet(GroupSetName("spoke-triage"), PROD[:2], "cardholder data: PCI scope"),
        ),
        targets=TARGETS,
        excluded=(
            ExcludedAccount(AccountId("333333333333"), "leaves the organization in March", 4),
            *(ExcludedAccount(AccountId(f"55555555{number:04d}"), "outside the scope", number % 2) for number in range(3)),
        ),
        temporary=TEMPORARY,
        notices=("newly grants the sensitive action kms:CreateGrant to 12 accounts (spoke-kms)",),
        warnings=('rule "staging" (config/rollout.yaml:70) matches no account',),
        violations=(
            Violation("revocations", "the plan revokes 2 of 5 grants of spoke-triage (40 %, limit 20 %). Check config/rollout.yaml:46."),
        ),
        rules=RULES,
    )
)
