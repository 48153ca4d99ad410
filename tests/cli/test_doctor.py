"""What doctor says: every check shown to pass and to fail, alone, with a remedy; and that it changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

import boto3
import pytest

from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.files.rollout.file import load
from orchestrator.composition import open_state
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Answer, Run
from tests.cli.organization import DIVESTED, EXTERNAL_ID, HUB, MANAGEMENT, QUARRY, ROLLOUT, SNAPSHOT, write_rollout

BUCKET = "estate-state"
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


def test_a_registered_account_that_aws_calls_unregistered_is_explained(stage: Stage):
    stage.delegate(HUB)
    stage.deny("organizations:ListDelegatedAdministrators")
    found = checks_of(stage.run("doctor", "--format", "json"))["delegated_administrator"]
    assert found["result"] == "fail"
    assert "Account used is not a delegated administrator" in found["evidence"]
    assert "organizations:ListDelegatedAdministrators" in found["remedy"]


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
