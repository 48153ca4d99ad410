"""What service and resource control policies block is said before it happens, by every command that knows what is granted, and is true."""

import json
from pathlib import Path

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import CHAPEL, FORGE, HARBOUR, MILL, ORCHARD, PLACES, QUARRY, ROLLOUT, SNAPSHOT, VINEYARD, write_rollout

ESTATE, WORKS = "/Estate", "/Estate/Works"
TOLERANT = ROLLOUT.replace("failure_tolerance_percent: 0", "failure_tolerance_percent: 100").replace(
    "waves: [{name: canary, where: {tag: {wave: first}}}, {name: everyone}]", "waves: [{name: everyone}]"
)
Statement = dict[str, object]


def policy(name: str, targets: list[str], *statements: Statement, kind: str = "SERVICE_CONTROL_POLICY") -> dict[str, object]:
    document = {"Version": "2012-10-17", "Statement": [{"Resource": "*", **statement} for statement in statements]}
    return {"id": f"p-{name.lower()}", "name": name, "type": kind, "targets": targets, "document": document}


NO_SNAPSHOTS = policy("DenyKeys", [WORKS], {"Sid": "NoDecryption", "Effect": "Deny", "Action": ["kms:Decrypt", "ec2:*"]})
OF_ROLES: Statement = {"Sid": "NoRoles", "Effect": "Deny", "Action": "iam:CreateRole"}
REGIONAL: Statement = {
    "Sid": "AtHome",
    "Effect": "Deny",
    "NotAction": "sts:*",
    "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
}
BOUND: Statement = {
    "Effect": "Deny",
    "Action": ["iam:CreateRole", "iam:PutRolePolicy"],
    "Condition": {"StringNotEquals": {"iam:PermissionsBoundary": "arn:aws:iam::900000000004:policy/Bound"}},
}


def plain(text: str) -> str:
    return " ".join(text.split())


def attach(sandbox: Sandbox, *policies: dict[str, object]) -> None:
    sandbox.seed({**SNAPSHOT, "policies": list(policies)})


def test_what_a_policy_denies_a_group_set_is_said_everywhere(run: Run, sandbox: Sandbox):
    attach(sandbox, NO_SNAPSHOTS)
    for words in (("plan",), ("plan", "--format", "markdown"), ("status",), ("explain", "--all"), ("explain", FORGE)):
        accounts = "1 account" if FORGE in words else "2 accounts"
        answer = run(*words)
        assert answer.code == 0, answer.err
        assert f"SCP DenyKeys on {WORKS} blocks kms:Decrypt of spoke-kms in {accounts} (NoDecryption)." in plain(answer.out)


def test_programs_read_it_of_one_account(run: Run, sandbox: Sandbox):
    attach(sandbox, NO_SNAPSHOTS)
    found = run("explain", FORGE, "--format", "json").json["control_policies"]
    assert found["unread"] is None
    (row,) = found["blocked"]
    assert row == {
        "result": "blocked",
        "concern": "grant",
        "name": "spoke-kms",
        "actions": ["kms:Decrypt"],
        "type": "SERVICE_CONTROL_POLICY",
        "policy": "p-denykeys",
        "policy_name": "DenyKeys",
        "statements": ["NoDecryption"],
        "unit": WORKS,
        "depends_on": [],
    }
    assert run("explain", QUARRY, "--format", "json").json["control_policies"]["blocked"] == []


def test_an_account_without_a_policy_in_its_way_is_promised_nothing_more(run: Run, sandbox: Sandbox):
    attach(sandbox, NO_SNAPSHOTS)
    assert "nothing it gets is blocked, as far as they were read and say" in plain(run("explain", QUARRY).out)


SPOKES = (ORCHARD, QUARRY, HARBOUR, MILL, FORGE, VINEYARD, CHAPEL)
EVERYWHERE = ["r-es01", "/Guard", ESTATE, WORKS, *(account for account, *_ in PLACES if account not in (HARBOUR, VINEYARD))]
IN_THE_WAY = [
    {**policy("FullAWSAccess", EVERYWHERE, {"Effect": "Allow", "Action": "*"}), "id": "p-FullAWSAccess"},
    policy("Exempting", [ESTATE], {**OF_ROLES, "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/stacksets-exec-*"}}}),
    policy("NoRoles", [QUARRY], {**OF_ROLES, "Resource": "arn:aws:iam::*:role/EstateSpokeRole"}),
    policy("Regions", [CHAPEL], REGIONAL),
    policy("Bound", [MILL], BOUND),
    policy("Only", [HARBOUR], {"Effect": "Allow", "Action": ["cloudformation:*", "ec2:*"]}),
    policy("Alone", [VINEYARD], {**OF_ROLES, "Action": "s3:*"}),
]
"""FullAWSAccess is attached to all but two accounts. The first denial exempts StackSets."""


def test_where_the_rollout_is_foreseen_to_stop_it_stops_and_nowhere_else(run: Run, sandbox: Sandbox):
    write_rollout(TOLERANT)
    attach(sandbox, *IN_THE_WAY)
    warnings = " ".join(run("plan", "--format", "json").json["warnings"])
    for words in (
        f"SCP NoRoles on {QUARRY} blocks iam:CreateRole by stacksets-exec-*: StackSets cannot do this in 1 account (NoRoles). Exempt ",
        f"SCP Regions on {CHAPEL} blocks cloudformation:CreateStack",
        f"SCP Bound on {MILL} blocks iam:CreateRole, iam:PutRolePolicy by stacksets-exec-*",
        "Set `permissions_boundary` of the role to what it demands.",
        f"no SCP on {HARBOUR} allows iam:CreateRole",
        f"no SCP on {VINEYARD} allows cloudformation:CreateStack",
    ):
        assert words in warnings
    foreseen = {account for account in SPOKES if stops(run, account)}
    answer = run("apply", "--yes", "--format", "json")
    failed = {row["account"] for row in answer.json["failed"]}
    assert (answer.code, foreseen, failed) == (4, *[{QUARRY, CHAPEL, MILL, HARBOUR, VINEYARD}] * 2)


def stops(run: Run, account: str) -> bool:
    """Whether ``explain`` says that StackSets certainly cannot make the role or its policies there."""
    rows = run("explain", account, "--format", "json").json["control_policies"]["blocked"]
    return any(row["concern"] == "rollout" and row["result"] == "blocked" for row in rows)


def test_what_depends_on_the_request_is_no_certainty(run: Run, sandbox: Sandbox):
    attach(sandbox, policy("Vpn", [ESTATE], {"Effect": "Deny", "Action": "kms:Decrypt", "Condition": {"Null": {"aws:SourceVpc": "true"}}}))
    said = plain(run("plan").out)
    assert "SCP Vpn on /Estate may block kms:Decrypt of spoke-kms in 6 accounts (statement 1): that depends on aws:SourceVpc." in said


def test_the_way_in_may_be_barred_at_either_end(run: Run, sandbox: Sandbox):
    barred: Statement = {"Sid": "NoWayIn", "Effect": "Deny", "Action": "sts:AssumeRole"}
    attach(
        sandbox,
        policy("HubStays", ["/Guard"], barred),
        policy("Closed", [WORKS], {**barred, "Principal": "*"}, kind="RESOURCE_CONTROL_POLICY"),
    )
    said = plain(run("plan").out)
    assert "SCP HubStays on /Guard blocks sts:AssumeRole by EstateRole: it cannot enter 9 accounts (NoWayIn)." in said
    assert "RCP Closed on /Estate/Works blocks sts:AssumeRole by EstateRole: it cannot enter 3 accounts (NoWayIn)." in said


def test_policies_that_may_not_be_read_are_said_once_and_stop_nothing(run: Run, sandbox: Sandbox):
    attach(sandbox, policy("NoRoles", [ESTATE], OF_ROLES))
    sandbox.faults.deny = ["organizations:ListPolicies"]
    for command in ("plan", "status"):
        answer = run(command)
        assert answer.code == 0, answer.err
        assert plain(answer.out).count("service and resource control policies were not read, what they block is not known: ") == 1
        assert "NoRoles" not in answer.out
    assert "were not read" in run("discover", "--out", "unread.yaml").err
    assert "policies" not in Path("unread.yaml").read_text(encoding="utf-8")
    assert "ListPolicies" in run("explain", FORGE, "--format", "json").json["control_policies"]["unread"]


def test_a_saved_snapshot_keeps_the_policies_and_blocks_the_same(run: Run, sandbox: Sandbox):
    attach(
        sandbox,
        NO_SNAPSHOTS,
        policy("Perimeter", [ESTATE], {**OF_ROLES, "Principal": "*", "Action": "kms:*"}, kind="RESOURCE_CONTROL_POLICY"),
    )
    there = run("plan", "--format", "json").json["warnings"]
    assert run("discover", "--out", "saved.yaml").code == 0
    saved = run("plan", "--organization", "saved.yaml", "--format", "json").json["warnings"]
    blocked = [warning for warning in there if "blocks" in warning]
    assert len(blocked) >= 2
    assert [warning for warning in saved if "blocks" in warning] == blocked


def test_a_snapshot_without_policies_claims_nothing(run: Run, snapshot: str):
    plan = run("plan", "--organization", snapshot, "--format", "json").json
    assert "polic" not in json.dumps(plan["warnings"])
    assert run("explain", FORGE, "--organization", snapshot, "--format", "json").json["control_policies"] is None


def test_a_plan_for_a_part_warns_of_that_part(run: Run, sandbox: Sandbox):
    attach(sandbox, NO_SNAPSHOTS)
    assert "blocks kms:Decrypt of spoke-kms in 1 account (NoDecryption)" in plain(run("plan", "--account", FORGE).out)
    assert "DenyKeys" not in run("plan", "--account", QUARRY).out
    assert "DenyKeys" not in run("plan", "--group-set", "spoke-checks").out
