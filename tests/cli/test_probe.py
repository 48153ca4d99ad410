"""`verify --probe` finds what was changed inside accounts, names it, and finds nothing else."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import (
    CHAPEL,
    CLOSED,
    DIVESTED,
    EXTERNAL_ID,
    FORGE,
    HARBOUR,
    HUB,
    LOOSE,
    MANAGEMENT,
    MILL,
    ORCHARD,
    QUARRY,
    ROLLOUT,
    VINEYARD,
    write_rollout,
)

SPOKE, DISCOVERY, PLATFORM, ACQUISITION = "EstateSpokeRole", "EstateDiscoveryRole", "EstateInstanceRole", "EstateRole"
TRUSTED = f"arn:aws:iam::{HUB}:role/EstateRole"
WILD = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}})
TRUSTING = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": TRUSTED}, "Action": "sts:AssumeRole"}})
REMOVAL = "No plan removes it; with credentials of the account run: aws iam"
FREELY = "of the hub can assume it without the external id (its trust policy says)"
OURS = [{"Key": "managed-by", "Value": "org-permission-orchestrator"}, {"Key": "rollout", "Value": "estate"}]

BOUND = ROLLOUT.replace(
    "discovery: {name: EstateDiscoveryRole,",
    f'discovery: {{name: EstateDiscoveryRole, max_session: 1h, permissions_boundary: "arn:aws:iam::{MANAGEMENT}:policy/bound",',
)


@pytest.fixture
def iam(sandbox: Sandbox) -> Callable[[str], Any]:
    """IAM in an account, for a person who changes it by hand."""

    def connect(account: str) -> Any:
        given = sandbox.environment(account)
        return boto3.client(
            "iam",
            region_name="us-east-1",
            endpoint_url=given["AWS_ENDPOINT_URL"],
            aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        )

    return connect


@pytest.fixture
def applied(run: Run, iam: Callable[[str], Any]) -> None:
    """Everything is granted, and the role of the management account has a boundary and a session of an hour."""
    iam(MANAGEMENT).create_policy(PolicyName="bound", PolicyDocument=WILD)
    write_rollout(BOUND)
    assert run("apply", "--yes").code == 0


def changed_trust(client: Any, role: str, change: Callable[[dict[str, Any]], object]) -> None:
    document = client.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    change(document["Statement"][0])
    client.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(document))


def changed_policy(client: Any, role: str, policy: str, change: Callable[[dict[str, Any]], object]) -> None:
    document = client.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    change(document)
    client.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


def moved(client: Any, role: str, *, path: str) -> None:
    """Deleted and made again elsewhere, with all that was in it."""
    found = client.get_role(RoleName=role)["Role"]
    names = client.list_role_policies(RoleName=role)["PolicyNames"]
    policies = {name: client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}
    for name in names:
        client.delete_role_policy(RoleName=role, PolicyName=name)
    client.delete_role(RoleName=role)
    trust = json.dumps(found["AssumeRolePolicyDocument"])
    tags, session = found["Tags"], found["MaxSessionDuration"]
    client.create_role(RoleName=role, Path=path, AssumeRolePolicyDocument=trust, Tags=tags, MaxSessionDuration=session)
    for name, document in policies.items():
        client.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def without_conditions(document: dict[str, Any]) -> None:
    for statement in document["Statement"]:
        statement.pop("Condition", None)


def wider(document: dict[str, Any]) -> None:
    document["Statement"][0]["Action"] = "iam:*"


def attached(client: Any, role: str) -> None:
    arn = client.create_policy(PolicyName="everything", PolicyDocument=WILD)["Policy"]["Arn"]
    client.attach_role_policy(RoleName=role, PolicyArn=arn)


def swapped_profile(client: Any) -> None:
    client.create_role(RoleName="Other", AssumeRolePolicyDocument=WILD)
    client.remove_role_from_instance_profile(InstanceProfileName=PLATFORM, RoleName=PLATFORM)
    client.add_role_to_instance_profile(InstanceProfileName=PLATFORM, RoleName="Other")


TAMPERING: tuple[tuple[str, Callable[[Any], object], str, str, str], ...] = (
    (
        ORCHARD,
        lambda iam: iam.put_role_policy(RoleName=SPOKE, PolicyName="by-hand", PolicyDocument=WILD),
        "tampered",
        "estate-role-spoke",
        (
            f"role {SPOKE}: inline policy by-hand was added: it allows iam:* on *. {REMOVAL} "
            f"delete-role-policy --role-name {SPOKE} --policy-name by-hand"
        ),
    ),
    (
        QUARRY,
        lambda iam: changed_policy(iam, SPOKE, "estate-spoke-checks", wider),
        "tampered",
        "estate-spoke-checks",
        (
            f"role {SPOKE}: policy estate-spoke-checks: statement RequiredToCheckPolicy: Action: expected "
            "iam:ListRolePolicies, iam:GetPolicy, iam:GetRolePolicy, iam:GetPolicyVersion, iam:SimulatePrincipalPolicy, found iam:*"
        ),
    ),
    (
        HARBOUR,
        lambda iam: changed_policy(iam, SPOKE, "estate-spoke-kms", without_conditions),
        "tampered",
        "estate-spoke-kms",
        (
            f"role {SPOKE}: policy estate-spoke-kms: statement RequiredForKmsEncryptedEc2ImportGrant: "
            "Condition.Bool.kms:GrantIsForAWSResource: expected true, found nothing"
        ),
    ),
    (
        MILL,
        lambda iam: iam.delete_role_policy(RoleName=SPOKE, PolicyName="estate-spoke-kms"),
        "missing",
        "estate-spoke-kms",
        f"granted, but role {SPOKE} has no inline policy of that name",
    ),
    (
        FORGE,
        lambda iam: attached(iam, SPOKE),
        "tampered",
        "estate-role-spoke",
        (
            f"role {SPOKE}: managed policy arn:aws:iam::{FORGE}:policy/everything was attached. {REMOVAL} "
            f"detach-role-policy --role-name {SPOKE} --policy-arn arn:aws:iam::{FORGE}:policy/everything"
        ),
    ),
    (
        VINEYARD,
        lambda iam: changed_trust(iam, SPOKE, lambda statement: statement.update(Principal={"AWS": [HUB, "999999999999"]})),
        "tampered",
        "estate-role-spoke",
        f"role {SPOKE}: trust: Principal.AWS: expected nothing, found 999999999999",
    ),
    (
        CHAPEL,
        lambda iam: changed_trust(iam, SPOKE, lambda statement: statement["Condition"]["StringEquals"].pop("sts:ExternalId")),
        "tampered",
        "estate-role-spoke",
        (
            f"role {SPOKE}: trust: Condition.StringEquals.sts:ExternalId: expected the external id of rollout.yaml, found none; "
            f"{PLATFORM} {FREELY}; {ACQUISITION} {FREELY}"
        ),
    ),
    (
        MANAGEMENT,
        lambda iam: iam.delete_role_permissions_boundary(RoleName=DISCOVERY),
        "tampered",
        "estate-role-discovery",
        f"role {DISCOVERY}: permissions boundary: expected arn:aws:iam::{MANAGEMENT}:policy/bound, found nothing",
    ),
    (
        MANAGEMENT,
        lambda iam: iam.update_role(RoleName=DISCOVERY, MaxSessionDuration=43_200),
        "tampered",
        "estate-role-discovery",
        f"role {DISCOVERY}: session: expected 3,600 seconds, found 43,200 seconds",
    ),
    (
        HUB,
        lambda iam: moved(iam, ACQUISITION, path="/elsewhere/"),
        "tampered",
        "estate-role-acquisition",
        f"role {ACQUISITION}: path: expected /, found /elsewhere/",
    ),
    (
        HUB,
        swapped_profile,
        "tampered",
        "estate-role-platform",
        f"role {PLATFORM}: instance profile {PLATFORM}: expected role {PLATFORM}, found Other",
    ),
    (
        LOOSE,
        lambda iam: iam.create_role(RoleName=SPOKE, AssumeRolePolicyDocument=WILD, Tags=OURS),
        "unexpected",
        "",
        f"role /{SPOKE} has the tags of rollout estate, and nothing granted here makes it",
    ),
    (
        LOOSE,
        lambda iam: iam.create_role(
            RoleName="quiet",
            AssumeRolePolicyDocument=json.dumps(
                {"Statement": {"Effect": "Allow", "Principal": {"AWS": TRUSTED}, "Action": "sts:AssumeRole"}}
            ),
            Tags=OURS,
        ),
        "unexpected",
        "",
        "role /quiet has the tags of rollout estate, and nothing granted here makes it",
    ),
)


def rows(found: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    kinds = ("missing", "unexpected", "outdated", "unhealthy", "unreachable", "tampered")
    return sorted((row["account"], kind, row["stack_set"], row["detail"]) for kind in kinds for row in found[kind])


@pytest.mark.usefixtures("applied")
def test_every_kind_of_tampering_is_found_and_named_and_nothing_else(run: Run, iam: Callable[[str], Any]):
    for account, tamper, *_ in TAMPERING:
        tamper(iam(account))
    found = run("verify", "--probe", "--format", "json")
    assert found.code == 5
    assert rows(found.json) == sorted((account, kind, stack_set, detail) for account, _, kind, stack_set, detail in TAMPERING)
    assert EXTERNAL_ID not in found.out + found.err


@pytest.mark.usefixtures("applied")
def test_a_condition_key_in_other_letters_is_no_tampering(run: Run, iam: Callable[[str], Any]):
    def respell(statement: dict[str, Any]) -> None:
        statement["Condition"] = {
            name: {key.upper(): value for key, value in keys.items()} for name, keys in statement["Condition"].items()
        }

    changed_trust(iam(ORCHARD), SPOKE, respell)
    assert run("verify", "--probe", "--account", ORCHARD).code == 0


@pytest.mark.usefixtures("applied")
def test_a_role_that_was_deleted_is_missing_with_its_policies(run: Run, sandbox: Sandbox):
    sandbox.delete_role(ORCHARD, SPOKE)
    found = run("verify", "--probe", "--format", "json")
    detail = f"role {SPOKE} is not there, nor its policies estate-spoke-checks, estate-spoke-kms"
    assert rows(found.json) == [(ORCHARD, "missing", "estate-role-spoke", detail)]


@pytest.mark.usefixtures("applied")
def test_a_policy_that_iam_writes_in_its_own_way_is_no_tampering(run: Run, iam: Callable[[str], Any]):
    def otherwise(document: dict[str, Any]) -> None:
        document["Statement"].reverse()
        for statement in document["Statement"]:
            statement["Resource"] = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"][::-1]

    changed_policy(iam(ORCHARD), SPOKE, "estate-spoke-kms", otherwise)
    changed_trust(iam(ORCHARD), SPOKE, lambda statement: statement.update(Principal={"AWS": [HUB]}, Action=["sts:AssumeRole"]))
    found = run("verify", "--probe")
    assert (found.code, found.out.splitlines()[0]) == (0, "Looked inside all 10 accounts, 1 of them without grants.")


@pytest.mark.usefixtures("applied")
def test_an_account_that_cannot_be_read_is_unreachable_where_it_holds_something_and_counted_where_not(run: Run, sandbox: Sandbox):
    sandbox.delete_role(MILL, "OrganizationAccountAccessRole")
    sandbox.delete_role(LOOSE, "OrganizationAccountAccessRole")
    found = run("verify", "--probe", "--format", "json")
    assert found.code == 5
    (row,) = found.json["unreachable"]
    assert (row["account"], row["stack_set"]) == (MILL, "estate-role-spoke")
    assert "no role lets us into account" in row["detail"]
    assert found.json["probed"]["without_grants_unseen"] == 1


@pytest.mark.usefixtures("applied")
def test_a_sample_is_the_same_every_time_holds_the_hub_and_is_listed(run: Run):
    first, second = (run("verify", "--probe", "--sample", "20%", "--format", "json").json["probed"] for _ in range(2))
    assert first == second
    assert HUB in first["accounts"]
    assert (first["looked"], first["active"]) == (len(first["accounts"]), 10)


@pytest.mark.usefixtures("applied")
def test_accounts_can_be_named_and_excluded_ones_cannot(run: Run, sandbox: Sandbox):
    sandbox.put_inline_policy(ORCHARD, SPOKE)
    assert run("verify", "--probe", "--account", QUARRY).code == 0
    assert run("verify", "--probe", "--account", ORCHARD, "--account", QUARRY).code == 5
    for account, words in ((DIVESTED, "sold in spring"), (CLOSED, "SUSPENDED"), ("123456789012", "not in the organization")):
        refused = run("verify", "--probe", "--account", account)
        assert (refused.code, words in refused.err) == (1, True), refused.err


@pytest.mark.parametrize(
    "words",
    [
        ("--sample", "5%"),
        ("--account", ORCHARD),
        ("--probe", "--sample", "0"),
        ("--probe", "--sample", "101%"),
        ("--probe", "--account", "12"),
    ],
    ids=" ".join,
)
def test_options_that_make_no_sense_are_refused(run: Run, words: tuple[str, ...]):
    assert run("verify", *words).code == 64


@pytest.mark.usefixtures("applied")
def test_what_was_found_is_repaired_by_a_plan_and_what_no_plan_made_is_not(run: Run, iam: Callable[[str], Any]):
    changed_policy(iam(QUARRY), SPOKE, "estate-spoke-checks", wider)
    changed_trust(iam(ORCHARD), SPOKE, lambda statement: statement.update(Principal={"AWS": [HUB, "999999999999"]}))
    iam(MILL).delete_role_policy(RoleName=SPOKE, PolicyName="estate-spoke-kms")
    iam(FORGE).put_role_policy(RoleName=SPOKE, PolicyName="by-hand", PolicyDocument=WILD)
    assert run("plan", "--format", "json").json["changes"] == []
    assert run("verify", "--probe").code == 5
    planned = run("plan", "--format", "json").json
    repaired = {(row["account"], row["stack_set"]) for row in planned["changes"] if row["change"] == "repair"}
    assert repaired >= {(QUARRY, "estate-spoke-checks"), (ORCHARD, "estate-role-spoke"), (MILL, "estate-spoke-kms")}
    assert FORGE not in {account for account, _ in repaired}
    assert run("verify").code == 5
    assert "--allow-repairs" in run("apply", "--yes").err
    applied = run("apply", "--yes", "--allow-repairs")
    assert applied.code == 0, applied.out + applied.err
    left = run("verify", "--probe", "--format", "json")
    assert [(row["account"], "by-hand" in row["detail"]) for row in left.json["tampered"]] == [(FORGE, True)]
    last = run("plan", "--format", "json").json
    assert last["changes"] == []
    (warning,) = [text for text in last["warnings"] if "no plan repairs" in text]
    assert (FORGE in warning, "by-hand" in warning) == (True, True)
    iam(FORGE).delete_role_policy(RoleName=SPOKE, PolicyName="by-hand")
    assert run("verify", "--probe").code == 0
    assert "no plan repairs" not in run("plan").out


@pytest.mark.usefixtures("applied")
def test_a_role_that_was_deleted_comes_back_with_its_policies(run: Run, sandbox: Sandbox):
    sandbox.delete_role(ORCHARD, SPOKE)
    assert run("verify", "--probe").code == 5
    applied = run("apply", "--yes", "--allow-repairs")
    assert applied.code == 0, applied.out + applied.err
    assert run("verify", "--probe").code == 0


@pytest.mark.usefixtures("applied")
def test_a_second_repair_of_the_same_is_written_again(run: Run, iam: Callable[[str], Any]):
    for _ in range(3):
        changed_policy(iam(QUARRY), SPOKE, "estate-spoke-checks", wider)
        assert run("verify", "--probe").code == 5
        assert run("apply", "--yes", "--allow-repairs").code == 0
        assert run("verify", "--probe").code == 0


@pytest.mark.usefixtures("applied")
def test_what_is_in_order_again_is_not_repaired(run: Run, iam: Callable[[str], Any]):
    before = iam(QUARRY).get_role_policy(RoleName=SPOKE, PolicyName="estate-spoke-checks")["PolicyDocument"]
    changed_policy(iam(QUARRY), SPOKE, "estate-spoke-checks", wider)
    assert run("verify", "--probe").code == 5
    iam(QUARRY).put_role_policy(RoleName=SPOKE, PolicyName="estate-spoke-checks", PolicyDocument=json.dumps(before))
    assert run("plan", "--format", "json").json["changes"] == []


@pytest.mark.usefixtures("applied")
def test_nothing_is_repaired_in_an_account_that_cannot_be_looked_into_again(run: Run, sandbox: Sandbox, iam: Callable[[str], Any]):
    changed_policy(iam(QUARRY), SPOKE, "estate-spoke-checks", wider)
    assert run("verify", "--probe").code == 5
    sandbox.delete_role(QUARRY, "OrganizationAccountAccessRole")
    planned = run("plan", "--format", "json").json
    assert planned["changes"] == []
    assert any(f"account {QUARRY} was found altered and could not be looked into again" in warning for warning in planned["warnings"])
