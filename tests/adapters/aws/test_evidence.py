"""First use of a grant, looked for in the accounts of the sandbox."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.evidence import AccountEvidence, all_of, any_of
from orchestrator.adapters.aws.last_accessed import conclude
from orchestrator.model.evidence import (
    ActionLastAccessed,
    AllEvidence,
    AnyEvidence,
    CloudTrailEventSeen,
    KmsAliasExists,
    ServiceLinkedRoleExists,
    Unknown,
    Unused,
    Used,
)
from orchestrator.model.identifiers import Region
from orchestrator.model.rollout import Access
from orchestrator.sandbox.iam_store import IamStore
from tests.adapters.aws.stubbed import SESSION
from tests.adapters.aws.world import REGION
from tests.worlds.organizations import DEV, MANAGEMENT, PROD

ROLE = "OrganizationAccountAccessRole"
MULTI_REGION = ServiceLinkedRoleExists("AWSServiceRoleForKeyManagementServiceMultiRegionKeys")
KEY_MADE = CloudTrailEventSeen("CreateKey")
EARLY, LATE = Used(datetime(2026, 1, 1, tzinfo=UTC), "early"), Used(datetime(2026, 2, 1, tzinfo=UTC), "late")
SILENT = Unknown("cannot be read")


@pytest.fixture
def access(session):
    return AccountAccess(session, management_account=MANAGEMENT, access=Access())


@pytest.fixture
def evidence(access, clock):
    return AccountEvidence(access, clock, REGION)


@pytest.fixture
def kms(access):
    return access.session_in(PROD).client("kms")


def test_service_linked_role_is_used_since_it_was_made(sandbox, evidence):
    assert evidence.read(PROD, MULTI_REGION) == Unused()
    sandbox.make_multi_region_role(PROD)
    found = evidence.read(PROD, MULTI_REGION)
    assert isinstance(found, Used)
    assert abs(found.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert found.at.microsecond == 0
    assert MULTI_REGION.role_name in found.detail
    assert evidence.read(DEV, MULTI_REGION) == Unused()


@pytest.mark.parametrize(
    ("principal", "expected"),
    [(None, Used), (f"arn:aws:sts::{PROD}:assumed-role/{ROLE}/*", Used), (f"arn:aws:iam::{PROD}:role/{ROLE}", Used), ("*/Spoke", Unused)],
    ids=["anybody", "session", "role", "somebody else"],
)
def test_event_counts_for_the_principal_asked_for(evidence, kms, principal, expected):
    kms.create_key()
    assert isinstance(evidence.read(PROD, CloudTrailEventSeen("CreateKey", principal)), expected)


def test_event_before_the_grant_does_not_count(evidence, kms):
    kms.create_key()
    assert isinstance(evidence.read(PROD, KEY_MADE, since=datetime.now(UTC) - timedelta(hours=1)), Used)
    assert evidence.read(PROD, KEY_MADE, since=datetime.now(UTC) + timedelta(hours=1)) == Unused()


def test_event_in_another_region_than_home_is_found_where_global_services_report(access, clock, kms):
    kms.create_key()
    assert isinstance(AccountEvidence(access, clock, Region("eu-west-1")).read(PROD, KEY_MADE), Used)


def test_refused_call_is_no_use(session, evidence, access, monkeypatch):
    event = {"EventTime": datetime.now(UTC), "CloudTrailEvent": '{"userIdentity": {"arn": "arn:x"}, "errorCode": "AccessDenied"}'}
    client = access.session_in(PROD).client("cloudtrail", region=REGION)
    monkeypatch.setattr(client, "lookup_events", lambda **_: {"Events": [event]})
    assert evidence.read(PROD, KEY_MADE) == Unused()


def test_more_events_of_others_than_we_read_leave_it_unknown(access, evidence, monkeypatch):
    event = {"EventTime": datetime.now(UTC), "CloudTrailEvent": '{"userIdentity": {"arn": "arn:somebody"}}'}
    client = access.session_in(PROD).client("cloudtrail", region=REGION)
    monkeypatch.setattr(client, "lookup_events", lambda **_: {"Events": [event], "NextToken": "more"})
    assert isinstance(evidence.read(PROD, CloudTrailEventSeen("CreateKey", "arn:us")), Unknown)


def test_action_last_accessed_by_the_role(evidence, kms):
    assert evidence.read(PROD, ActionLastAccessed("kms:CreateKey"), role_name=ROLE) == Unused()
    kms.create_key()
    found = evidence.read(PROD, ActionLastAccessed("kms:CreateKey"), role_name=ROLE)
    assert isinstance(found, Used)
    late = datetime.now(UTC) + timedelta(hours=1)
    assert evidence.read(PROD, ActionLastAccessed("kms:CreateKey"), role_name=ROLE, since=late) == Unused()


AT, BEFORE = datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (None, Unknown),
        ({}, Unused),
        ({"LastAuthenticated": BEFORE}, Unused),
        ({"LastAuthenticated": AT}, Unknown),
        ({"LastAuthenticated": AT, "TrackedActionsLastAccessed": [{"ActionName": "DeleteKey", "LastAccessedTime": AT}]}, Unknown),
        ({"LastAuthenticated": AT, "TrackedActionsLastAccessed": [{"ActionName": "CreateKey"}]}, Unused),
        ({"LastAuthenticated": AT, "TrackedActionsLastAccessed": [{"ActionName": "CreateKey", "LastAccessedTime": BEFORE}]}, Unused),
        ({"LastAuthenticated": AT, "TrackedActionsLastAccessed": [{"ActionName": "CreateKey", "LastAccessedTime": AT}]}, Used),
    ],
    ids=[
        "service not listed",
        "service never accessed",
        "service not accessed since",
        "action not listed",
        "other actions listed",
        "tracked without a date",
        "tracked, not accessed since",
        "accessed",
    ],
)
def test_an_action_iam_shows_no_date_for_is_unused_only_where_iam_tracks_it(row, found):
    assert isinstance(conclude(row, "kms:CreateKey", AT, "arn:aws:iam::111111111111:role/Spoke"), found)


def test_a_denied_attempt_is_access_and_an_event_without_an_error_decides(access, evidence):
    session = access.session.assume(f"arn:aws:iam::{PROD}:role/{ROLE}", "a-person")
    iam = access.session.client("iam", credentials=session)
    iam.delete_role_policy(RoleName=ROLE, PolicyName="AdministratorAccess")
    some = {"Effect": "Allow", "Action": ["iam:Get*", "iam:Generate*", "cloudtrail:*", "kms:ListAliases"], "Resource": "*"}
    IamStore(PROD).put_inline(ROLE, "some", {"Version": "2012-10-17", "Statement": some})
    with pytest.raises(ClientError):
        access.session.client("kms", credentials=session).create_key()
    attempted = ActionLastAccessed("kms:CreateKey")
    assert isinstance(evidence.read(PROD, attempted, role_name=ROLE), Used)
    assert evidence.read(PROD, AllEvidence((attempted, KEY_MADE)), role_name=ROLE) == Unused()


def test_an_event_from_before_cloudtrails_history_is_unknown_not_absent(evidence):
    now = datetime.now(UTC)
    assert evidence.read(PROD, KEY_MADE, since=now - timedelta(days=80)) == Unused()
    found = evidence.read(PROD, KEY_MADE, since=now - timedelta(days=100))
    assert isinstance(found, Unknown)
    assert "90 days" in found.reason


def test_an_event_whose_record_cannot_be_read_is_unknown(access, evidence, monkeypatch):
    client = access.session_in(PROD).client("cloudtrail", region=REGION)
    monkeypatch.setattr(client, "lookup_events", lambda **_: {"Events": [{"EventTime": datetime.now(UTC), "CloudTrailEvent": "{"}]})
    assert isinstance(evidence.read(PROD, KEY_MADE), Unknown)


def test_role_that_never_was_there_has_accessed_nothing_and_one_that_went_or_has_no_name_is_unknown(evidence):
    created = ActionLastAccessed("kms:CreateKey")
    assert evidence.read(PROD, created, role_name="Absent") == Unused()
    assert isinstance(evidence.read(PROD, created, role_name="Absent", since=AT), Unknown)
    assert isinstance(evidence.read(PROD, created), Unknown)


@pytest.mark.parametrize(
    ("answers", "found_out"),
    [
        ([{"JobStatus": "IN_PROGRESS"}, {"JobStatus": "FAILED", "Error": {"Message": "internal", "Code": "x"}}], (2, "report: internal")),
        ([{"JobStatus": "FAILED"}], (0, "report: no reason given")),
        ([{"JobStatus": "IN_PROGRESS"}], (60, "not ready after 60 seconds")),
    ],
    ids=["failed", "failed without a word", "never ready"],
)
def test_a_report_that_fails_or_does_not_come_leaves_it_unknown_and_says_why(evidence, access, clock, monkeypatch, answers, found_out):
    client, left = access.session_in(PROD).client("iam"), list(answers)
    monkeypatch.setattr(client, "get_service_last_accessed_details", lambda **_: left.pop(0) if len(left) > 1 else left[0])
    found = evidence.read(PROD, ActionLastAccessed("kms:CreateKey"), role_name=ROLE)
    waited, reason = found_out
    assert isinstance(found, Unknown)
    assert reason in found.reason
    assert clock.slept == waited


@pytest.mark.parametrize("pattern", ["alias/cado-*", "cado-*"])
def test_alias_is_matched_as_a_glob(evidence, kms, pattern):
    assert evidence.read(PROD, KmsAliasExists(pattern)) == Unused()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/other", TargetKeyId=key)
    assert evidence.read(PROD, KmsAliasExists(pattern)) == Unused()
    kms.create_alias(AliasName="alias/cado-evidence", TargetKeyId=key)
    found = evidence.read(PROD, KmsAliasExists(pattern))
    assert isinstance(found, Used)
    assert "alias/cado-evidence" in found.detail


def test_an_alias_is_dated_by_aws_and_does_not_grow_younger(sandbox, evidence, kms):
    before = sandbox._world.now().replace(microsecond=0)
    kms.create_alias(AliasName="alias/cado-evidence", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    first = evidence.read(PROD, KmsAliasExists("cado-*"))
    assert before <= first.at <= before + timedelta(seconds=30)
    sandbox.advance_clock(1_800)
    assert evidence.read(PROD, KmsAliasExists("cado-*")) == first


def test_an_alias_aws_predefines_is_no_use_of_anything(evidence):
    assert evidence.read(PROD, KmsAliasExists("alias/aws/*")) == Unused()


def test_an_alias_without_a_date_is_as_old_as_its_key(clock):
    client = SESSION.create_client("kms", REGION)
    made = datetime(2024, 5, 1, tzinfo=UTC)
    with Stubber(client) as script:
        script.add_response("list_aliases", {"Aliases": [{"AliasName": "alias/cado-1", "TargetKeyId": "key"}], "Truncated": False})
        script.add_response("describe_key", {"KeyMetadata": {"KeyId": "key", "CreationDate": made}}, {"KeyId": "key"})
        account = SimpleNamespace(account=PROD, client=lambda service, region: client)
        found = AccountEvidence(cast("AccountAccess", SimpleNamespace(session_in=lambda _: account)), clock, REGION).read(
            PROD, KmsAliasExists("cado-*")
        )
    client.close()
    assert found == Used(made, "KMS alias alias/cado-1 exists")


@pytest.mark.parametrize("query", [MULTI_REGION, KEY_MADE, ActionLastAccessed("kms:CreateKey"), KmsAliasExists("alias/*")])
def test_account_that_cannot_be_read_is_unknown_with_the_reason(sandbox, evidence, query):
    sandbox.set_state(DEV, "SUSPENDED")
    found = evidence.read(DEV, query, role_name=ROLE)
    assert isinstance(found, Unknown)
    assert DEV in found.reason


def test_denied_look_is_unknown(sandbox, evidence):
    sandbox.faults.deny = [f"*@{PROD}"]
    query = AllEvidence((MULTI_REGION, AnyEvidence((KEY_MADE, KmsAliasExists("*")))))
    assert isinstance(evidence.read(PROD, query, role_name=ROLE), Unknown)


@pytest.mark.parametrize(
    ("parts", "every", "one"),
    [
        ([EARLY, LATE], LATE.at, EARLY.at),
        ([EARLY, Unused()], Unused, EARLY.at),
        ([EARLY, SILENT], Unknown, EARLY.at),
        ([SILENT, Unused()], Unused, Unknown),
        ([Unused(), Unused()], Unused, Unused),
        ([SILENT, SILENT], Unknown, Unknown),
    ],
    ids=["both used", "one unused", "one unknown", "unknown and unused", "none", "nothing known"],
)
def test_compound_evidence_is_three_valued(parts, every, one):
    for found, expected in ((all_of(parts), every), (any_of(parts), one), (all_of(parts[::-1]), every), (any_of(parts[::-1]), one)):
        assert (found.at if isinstance(found, Used) else type(found)) == expected


def test_of_several_uses_the_first_since_the_grant_began_counts_and_without_one_the_oldest():
    assert any_of([EARLY, LATE]) == EARLY
    assert any_of([EARLY, LATE], since=EARLY.at + timedelta(seconds=1)) == LATE
    assert any_of([LATE, EARLY], since=EARLY.at) == EARLY
    assert any_of([LATE, EARLY], since=LATE.at + timedelta(days=1)) == EARLY


def test_a_second_alias_made_since_the_grant_began_is_its_use(sandbox, evidence, kms):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/cado-old", TargetKeyId=key)
    sandbox.advance_clock(600)
    since = sandbox._world.now()
    kms.create_alias(AliasName="alias/cado-new", TargetKeyId=key)
    assert "cado-new" in evidence.read(PROD, KmsAliasExists("cado-*"), since=since).detail
    assert "cado-old" in evidence.read(PROD, KmsAliasExists("cado-*")).detail
