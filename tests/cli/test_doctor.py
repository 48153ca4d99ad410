"""What doctor says: every check shown to pass and to fail, alone, with a remedy; and that it changes nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.files.rollout.file import load
from orchestrator.composition import open_state
from orchestrator.rights import RIGHTS, Command, Holder, written_policies
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Answer, Run
from tests.cli.organization import DIVESTED, EXTERNAL_ID, HUB, MANAGEMENT, PLACES, QUARRY, ROLLOUT, SNAPSHOT, write_rollout

BUCKET = "estate-state"
ESTATE = "ou-es01-22222222"
EXEMPT = {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/stacksets-exec-*", "arn:aws:iam::*:role/Estate*"]}}
ELSEWHERE = {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "us-east-1"]}}
UNMANAGED = ROLLOUT.replace("spoke: {name: EstateSpokeRole,", "spoke: {name: EstateSpokeRole, managed: false,")
LONG = ROLLOUT.replace(EXTERNAL_ID, "x" * 1200).replace("name: EstateRole}", f"name: EstateRole, path: /{'p' * 500}/}}")
ACCESS = "OrganizationAccountAccessRole"
IN_BUCKET = ROLLOUT.replace("state: .state", f"state: s3://{BUCKET}/estate")
DELEGATED = ROLLOUT.replace("home_region: us-east-1,", "home_region: us-east-1, call_as: delegated-admin,")
EARLIER = "{rule: silence,"
WITHHELD = ROLLOUT.replace(EARLIER, f"{{rule: no more, where: {{ou: /Estate}}, withhold: [spoke-checks], because: over}}\n  - {EARLIER}")


@dataclass
class Stage:
    """The world before doctor looks at it."""

    sandbox: Sandbox
    run: Run
    patch: pytest.MonkeyPatch

    def become(self, account: str) -> None:
        for name, value in self.sandbox.environment(account).items():
            self.patch.setenv(name, value)

    def deny(self, *patterns: str) -> None:
        self.sandbox.faults.change({"deny": list(patterns)})

    def delegate(self, *accounts: str) -> None:
        self.sandbox.seed({**SNAPSHOT, "delegated_administrators": list(accounts)})
        self.become(HUB)
        write_rollout(DELEGATED)

    def make_bucket(self, *, versioned: bool = False) -> None:
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        if versioned:
            client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        write_rollout(IN_BUCKET)

    def lock(self) -> None:
        rollout, _ = load(write_rollout())
        open_state(rollout, AwsSession())[1].acquire("a colleague")

    def rename(self) -> None:
        assert self.run("apply", "--yes", "--until", "canary").code == 0
        write_rollout(ROLLOUT.replace("prefix: estate", "prefix: other"))

    def hold(self, *policies: str, without: str = "", more: str = "") -> None:
        """A role in the management account that holds policies of config/permissions, and credentials of it."""
        iam, name = boto3.client("iam"), "Operator"
        written = written_policies(load(write_rollout())[0])
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": MANAGEMENT}}]}
        arn = iam.create_role(RoleName=name, Path="/people/", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        for policy in policies:
            document = written[f"{policy}.json"].replace(f'"{without}"', f'"{more or "sts:GetCallerIdentity"}"')
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document)
        given = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        self.patch.setenv("AWS_ACCESS_KEY_ID", given["AccessKeyId"])
        self.patch.setenv("AWS_SECRET_ACCESS_KEY", given["SecretAccessKey"])
        self.patch.setenv("AWS_SESSION_TOKEN", given["SessionToken"])

    def open_accounts(self, *, without: str = "") -> None:
        """Access roles that hold the prober's policy and nothing else."""
        document = written_policies(load(write_rollout())[0])["prober.json"].replace(f'"{without}"', '"sts:GetCallerIdentity"')
        for account, *_ in PLACES:
            if account != MANAGEMENT:
                self.sandbox.delete_inline_policy(account, ACCESS, "AdministratorAccess")
                self.sandbox.put_inline_policy(account, ACCESS, document=document)

    def make_role(self, account: str, name: str, *, profile: bool = False) -> None:
        variables = self.sandbox.environment(account)
        iam = boto3.client("iam", aws_access_key_id=variables["AWS_ACCESS_KEY_ID"], aws_secret_access_key="sandbox")
        if profile:
            iam.create_instance_profile(InstanceProfileName=name)
        else:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')

    def control(self, **statement: object) -> None:
        """A service control policy above /Estate."""
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Resource": "*", **statement}]}
        policy = {"id": "p-guard001", "name": "Guardrail", "type": "SERVICE_CONTROL_POLICY", "targets": [ESTATE], "document": document}
        self.sandbox.seed({**SNAPSHOT, "policies": [policy]})

    def withhold(self) -> None:
        assert self.run("apply", "--yes").code == 0
        write_rollout(WITHHELD)


@pytest.fixture
def stage(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(sandbox, run, monkeypatch)


def checks_of(answer: Answer) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in answer.json["checks"]}


Case = tuple[str, Callable[[Stage], object], str, str, str]

PASSED: tuple[Case, ...] = (
    ("credentials", lambda _: None, "ok", "user/administrator", ""),
    ("clock", lambda _: None, "ok", "less than 60 seconds", ""),
    ("organization", lambda _: None, "ok", "o-estate0001", ""),
    ("all_features", lambda _: None, "ok", "enabled", ""),
    ("trusted_access", lambda _: None, "ok", "ENABLED", ""),
    ("delegated_administrator", lambda _: None, "ok", f"management account {MANAGEMENT}", ""),
    ("delegated_administrator", lambda stage: stage.delegate(HUB), "ok", f"{HUB} is registered", ""),
    ("hub", lambda _: None, "ok", f"{HUB} (watchtower) is ACTIVE", ""),
    ("named_accounts", lambda _: None, "ok", "1 account named", ""),
    ("home_region", lambda _: None, "ok", "us-east-1 is enabled in every account", ""),
    ("state", lambda stage: stage.make_bucket(versioned=True), "ok", "versioned, encrypted with AES256", ""),
    ("plan", lambda _: None, "ok", "23 operations in 9 accounts", ""),
    ("permissions_reading", lambda stage: stage.hold("reader", "planner"), "ok", "discover, explain, history", ""),
    ("permissions_planning", lambda stage: stage.hold("planner"), "ok", "planner.json", ""),
    ("permissions_planning", lambda stage: stage.deny("iam:Simulate*"), "ok", "every call that a plan of now needs was answered", ""),
    ("permissions_cleaning_up", lambda stage: stage.hold("cleaner"), "ok", "cleaner.json", ""),
    ("permissions_applying", lambda stage: stage.hold("operator"), "ok", "operator.json", ""),
    ("quota_stack_sets", lambda _: None, "ok", "9 StackSets", ""),
    ("quota_stack_sets", lambda stage: stage.deny("service-quotas:*"), "ok", "1,000 are allowed (the documented default", ""),
    ("quota_stack_instances", lambda _: None, "ok", "7 stack instances in the largest StackSet; 100,000", ""),
    ("quota_operations", lambda _: None, "ok", "26 stack instances at work", ""),
    ("quota_roles", lambda _: None, "ok", "(9)", ""),
    ("sizes", lambda _: None, "ok", "10,240", ""),
    ("names_in_accounts", lambda _: None, "ok", "in 9 accounts", ""),
    ("names_of_stack_sets", lambda _: None, "ok", "estate-", ""),
    ("access_roles", lambda _: None, "ok", "(9)", ""),
    ("service_control_policies", lambda _: None, "ok", "0 service and resource control policies read", ""),
    (
        "service_control_policies",
        lambda stage: stage.control(Action="iam:*", Condition=EXEMPT),
        "ok",
        "1 service and resource control policy read",
        "",
    ),
)

FAILED: tuple[Case, ...] = (
    ("credentials", lambda stage: stage.patch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN"), "fail", "does not accept", "Check the profile"),
    ("clock", lambda stage: stage.sandbox.advance_clock(600), "fail", "AWS refuses requests", "timedatectl set-ntp true"),
    ("clock", lambda stage: stage.sandbox.advance_clock(120), "warn", "seconds behind", "timedatectl set-ntp true"),
    ("organization", lambda stage: stage.become(QUARRY), "fail", f"account {QUARRY}, a member", f"management account {MANAGEMENT}"),
    ("organization", lambda _: write_rollout(ROLLOUT.replace("o-estate0001", "o-another0001")), "fail", "o-another0001", "organization.id"),
    ("organization", lambda _: write_rollout(ROLLOUT.replace("id: o-estate0001, ", "")), "warn", "names none", "id: o-estate0001"),
    ("all_features", lambda stage: stage.sandbox.set_features("CONSOLIDATED_BILLING"), "fail", "shares its bills", "enable-all-features"),
    ("trusted_access", lambda stage: stage.sandbox.set_organizations_access("DISABLED"), "fail", "DISABLED", "activate-organizations"),
    ("trusted_access", lambda stage: stage.deny("*:DescribeOrganizationsAccess"), "warn", "not known", "DescribeOrganizationsAccess"),
    ("delegated_administrator", lambda _: write_rollout(DELEGATED), "fail", "no delegated administrator", "call_as set to self"),
    ("hub", lambda stage: stage.sandbox.set_state(HUB, "SUSPENDED"), "fail", f"{HUB} is SUSPENDED", "discover"),
    ("hub", lambda _: write_rollout(ROLLOUT.replace(HUB, "900000000099")), "fail", "900000000099 is not in", "roles.*.account"),
    ("named_accounts", lambda stage: stage.sandbox.set_state(DIVESTED, "CLOSED"), "warn", f"{DIVESTED} is CLOSED", "discover"),
    (
        "named_accounts",
        lambda stage: stage.sandbox.remove_account(DIVESTED),
        "fail",
        f'account "{DIVESTED}" does not exist',
        "Did you mean",
    ),
    ("home_region", lambda stage: stage.sandbox.set_region("us-east-1", "DISABLED"), "fail", "DISABLED", "aws account enable-region"),
    ("home_region", lambda stage: stage.sandbox.set_region("us-east-1", "ENABLED"), "warn", "opt-in", "aws account enable-region"),
    ("state", lambda _: None, "warn", "a folder of this machine", "state: s3://"),
    ("state", lambda stage: stage.lock(), "warn", "a colleague", "history"),
    ("state", lambda stage: stage.make_bucket(), "warn", "no older versions", "put-bucket-versioning --bucket estate-state"),
    ("state", lambda _: write_rollout(IN_BUCKET), "fail", "belongs-to", "Check that the bucket exists"),
    ("state", lambda stage: stage.rename(), "fail", "belongs to rollout estate", "`state` of its own"),
    ("plan", lambda stage: stage.withhold(), "fail", "plan revokes", "orchestrator plan"),
    ("permissions_reading", lambda stage: stage.hold("planner", without="organizations:ListRoots"), "fail", "ListRoots", "reader.json"),
    (
        "permissions_planning",
        lambda stage: stage.hold("planner", without="cloudformation:ListStacks"),
        "fail",
        "ListStacks",
        "planner.json",
    ),
    ("permissions_cleaning_up", lambda stage: stage.hold("planner"), "fail", "cloudformation:DeleteStackInstances", "cleaner.json"),
    ("permissions_applying", lambda stage: stage.hold("cleaner"), "fail", "cloudformation:CreateStackSet (implicitDeny)", "operator.json"),
    ("permissions_applying", lambda stage: stage.deny("iam:Simulate*"), "warn", "not known", "iam:SimulatePrincipalPolicy"),
    ("quota_stack_sets", lambda stage: stage.sandbox.set_quota("L-EC62D81A", 8), "fail", "8 are allowed", "request-service-quota-increase"),
    ("quota_stack_instances", lambda stage: stage.sandbox.set_quota("L-C8225BA5", 6), "fail", "6 are allowed", "L-C8225BA5"),
    ("quota_operations", lambda stage: stage.sandbox.set_quota("L-6A4B2F69", 25), "fail", "25 are allowed", "L-6A4B2F69"),
    ("quota_roles", lambda stage: stage.sandbox.set_quota("L-6E65F664", 0), "fail", f"{HUB}: 0 of 0 InstanceProfiles", "list-service"),
    (
        "quota_roles",
        lambda stage: stage.sandbox.set_quota("L-FE177D64", 1),
        "fail",
        f"{QUARRY}: 1 of 1 Roles are used",
        "list-service-quotas",
    ),
    ("sizes", lambda _: write_rollout(LONG), "fail", "the trust policy of the spoke role", "Grant fewer"),
    ("names_in_accounts", lambda stage: stage.make_role(QUARRY, "EstateSpokeRole"), "fail", f"{QUARRY}:role/EstateSpokeRole", "roles"),
    ("names_in_accounts", lambda stage: stage.make_role(HUB, "EstateInstanceRole", profile=True), "fail", "instance profile", "roles"),
    ("names_in_accounts", lambda _: write_rollout(UNMANAGED), "fail", f"{QUARRY}: role EstateSpokeRole is not there", "managed: true"),
    ("names_of_stack_sets", lambda stage: stage.sandbox.make_foreign_stack_set("estate-spoke-kms"), "fail", "spoke-kms", "prefix"),
    ("names_of_stack_sets", lambda stage: stage.sandbox.make_foreign_stack_set("estate-x"), "warn", "estate-x", "prefix"),
    ("access_roles", lambda stage: stage.sandbox.delete_role(HUB, ACCESS), "fail", f"1 of 9 accounts: {HUB}", "access.role_names"),
    ("access_roles", lambda stage: stage.sandbox.delete_role(QUARRY, ACCESS), "warn", f"1 of 9 accounts: {QUARRY}", "access.role_names"),
    (
        "service_control_policies",
        lambda stage: stage.control(Action="iam:*"),
        "fail",
        "SCP Guardrail on /Estate blocks iam:CreateRole",
        "stacksets-exec-*",
    ),
    (
        "service_control_policies",
        lambda stage: stage.control(NotAction="iam:*", Condition=ELSEWHERE),
        "warn",
        "6 accounts (statement 1): that depends on aws:RequestedRegion",
        "apply --until",
    ),
    ("service_control_policies", lambda stage: stage.control(NotAction="s3:*"), "fail", "cloudformation:CreateStack", "stacksets-exec-*"),
    ("service_control_policies", lambda stage: stage.control(Action="kms:*"), "warn", "of spoke-kms in 6 accounts", "apply --until"),
    (
        "service_control_policies",
        lambda stage: stage.control(Action="iam:PutRolePolicy", Condition={"Null": {"aws:PrincipalTag/admin": "true"}}),
        "warn",
        "may block iam:PutRolePolicy",
        "apply --until",
    ),
)


@pytest.mark.parametrize(("name", "prepare", "result", "evidence", "remedy"), [*PASSED, *FAILED])
def test_every_check_passes_and_fails(stage: Stage, name: str, prepare: Callable[[Stage], object], result: str, evidence: str, remedy: str):
    prepare(stage)
    answer = stage.run("doctor", "--format", "json")
    checks = checks_of(answer)
    found = checks[name]
    assert (found["result"], evidence in found["evidence"], remedy in found["remedy"]) == (result, True, True), found
    assert answer.code == any(check["result"] == "fail" for check in checks.values())
    assert all(check["remedy"] for check in checks.values() if check["result"] == "fail")


def test_every_check_is_shown_both_ways(run: Run, sandbox: Sandbox):
    names = set(checks_of(run("doctor", "--format", "json")))
    assert names == {name for name, *_ in PASSED} == {name for name, *_ in FAILED}


def test_one_check_that_fails_hides_no_other(stage: Stage):
    stage.patch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
    answer = stage.run("doctor", "--format", "json")
    checks = checks_of(answer)
    assert answer.code == 1
    assert {name for name, check in checks.items() if check["result"] == "fail"} == {"credentials"}
    assert checks["clock"]["result"] == "ok"
    unseen = [check["evidence"] for name, check in checks.items() if name not in ("credentials", "clock")]
    assert all(evidence.startswith("not looked at: ") for evidence in unseen)


def test_checks_that_say_the_same_are_one_line(stage: Stage):
    stage.patch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
    lines = stage.run("doctor").out.splitlines()
    unseen = [line for line in lines if "not looked at: " in line]
    assert [line.split()[2] for line in unseen] == ["checks"]
    assert lines[-1].startswith("Checked: 1 ok, ")


def test_an_answer_that_cannot_be_read_hides_no_other_check(stage: Stage):
    empty: dict[str, str] = {}
    stage.patch.setattr("orchestrator.adapters.aws.doctor.surroundings.read_region_status", lambda *_: empty["RegionOptStatus"])
    checks = checks_of(stage.run("doctor", "--format", "json"))
    assert checks["home_region"] == {
        "name": "home_region",
        "result": "warn",
        "evidence": "not looked at: KeyError: 'RegionOptStatus'",
        "remedy": "",
    }
    assert checks["plan"]["result"] == "ok"


def test_a_registered_account_that_aws_calls_unregistered_is_explained(stage: Stage):
    stage.delegate(HUB)
    stage.deny("organizations:ListDelegatedAdministrators")
    found = checks_of(stage.run("doctor", "--format", "json"))["delegated_administrator"]
    assert found["result"] == "fail"
    assert "Account used is not a delegated administrator" in found["evidence"]
    assert "organizations:ListDelegatedAdministrators" in found["remedy"]


def test_a_sample_is_the_same_accounts_and_always_the_hub(stage: Stage):
    first, second = (checks_of(stage.run("doctor", "--sample", "20%", "--format", "json")) for _ in range(2))
    assert first["names_in_accounts"] == second["names_in_accounts"]
    assert first["names_in_accounts"]["result"] == "warn"
    assert "not looked into" in first["names_in_accounts"]["evidence"]
    assert HUB not in first["names_in_accounts"]["evidence"]


def test_a_share_that_is_none_is_refused(stage: Stage):
    assert stage.run("doctor", "--sample", "many").code == 64


def test_doctor_changes_nothing_and_shows_no_secret(stage: Stage):
    stage.make_bucket(versioned=True)
    stage.sandbox.journal.clear()
    answer = stage.run("doctor", "--format", "json")
    assert answer.code == 0
    assert {call.answer for call in stage.sandbox.journal.writes()} <= {"NoSuchKey", "ok"}
    assert boto3.client("s3").list_object_versions(Bucket=BUCKET).get("Versions", []) == []
    assert EXTERNAL_ID not in answer.out + answer.err


def test_the_text_has_a_line_per_check_and_a_remedy_where_there_is_something_to_do(stage: Stage):
    stage.sandbox.set_organizations_access("DISABLED")
    answer = stage.run("doctor")
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert next(line for line in lines if line.startswith("fail")).split()[1:3] == ["trusted", "access"]
    assert any(line.strip().startswith("Run `aws cloudformation activate-organizations-access`") for line in lines)
    assert lines[-1].startswith("Checked: ")


def unseen(answer: Answer) -> list[str]:
    return [f"{name}: {check['evidence']}" for name, check in checks_of(answer).items() if "not looked" in check["evidence"]]


def test_the_planner_s_policy_is_enough_to_look_at_everything(stage: Stage):
    stage.hold("planner", "prober")  # the second for the caller's own account
    answer = stage.run("doctor", "--format", "json")
    assert unseen(answer) == []
    assert {name for name, check in checks_of(answer).items() if check["result"] == "fail"} == {
        "permissions_cleaning_up",
        "permissions_applying",
    }


def test_the_prober_s_policy_is_enough_inside_accounts(stage: Stage):
    stage.open_accounts()
    answer = stage.run("doctor", "--format", "json")
    assert unseen(answer) == []
    assert checks_of(answer)["access_roles"]["result"] == "ok"


OWN = [(right.holder, action) for right in RIGHTS if right.commands == {Command.DOCTOR} for action in right.actions]
IN_A_BUCKET = ("s3:GetBucketVersioning", "s3:GetEncryptionConfiguration", "s3:PutObject")


@pytest.mark.parametrize(("holder", "action"), [(holder, action) for holder, action in OWN if action not in IN_A_BUCKET])
def test_each_right_that_doctor_alone_has_is_missed(stage: Stage, holder: Holder, action: str):
    stage.control(Action="iam:*", Condition=EXEMPT)
    stage.open_accounts(without=action if holder is Holder.INSIDE else "")
    stage.hold("planner", "prober", without=action if holder is Holder.CALLER else "")
    looked_at = ("home_region", "quota_stack_sets", "permissions_planning", "service_control_policies", "access_roles")
    found = checks_of(stage.run("doctor", "--format", "json"))
    words = ("not looked at", "not known", "documented default", "cannot be asked", "no way into")
    assert any(word in found[name]["evidence"] for name in looked_at for word in words), [found[name] for name in looked_at]


@pytest.mark.parametrize("operation", ["s3:GetBucketVersioning", "s3:GetBucketEncryption", "s3:PutObject"])
def test_each_right_on_the_bucket_that_doctor_alone_has_is_missed(stage: Stage, monkeypatch: pytest.MonkeyPatch, operation: str):
    """The sandbox calls every read of a bucket by one name, so the client refuses here."""
    stage.make_bucket(versioned=True)
    send = vars(BaseClient)["_make_api_call"]

    def refuse(client: BaseClient, name: str, parameters: object) -> object:
        if f"s3:{name}" == operation:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, name)
        return send(client, name, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
    found = checks_of(stage.run("doctor", "--format", "json"))["state"]
    assert found["result"] == "warn"
    assert "is not known" in found["evidence"]


def test_a_profile_that_is_not_there_hides_no_check(stage: Stage):
    write_rollout(IN_BUCKET)
    stage.patch.setenv("AWS_PROFILE", "nowhere")
    answer = stage.run("doctor", "--format", "json")
    assert answer.code == 1
    assert "nowhere" in checks_of(answer)["credentials"]["evidence"]
    assert checks_of(answer)["credentials"]["result"] == "fail"
