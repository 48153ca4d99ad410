"""What a look into an account reads, and what it tries."""

import json

import pytest

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.entrances import HubRoles
from orchestrator.adapters.aws.probing import AccountProber, Marks
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.model.fingerprint import fingerprint
from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import Entrance, Entry, Question, UnexpectedRole
from orchestrator.model.rollout import Access
from orchestrator.sandbox.iam_store import IamStore
from tests.worlds.organizations import DEV, HUB, MANAGEMENT, PROD

SPOKE, PLATFORM = "CadoResponseCrossAccountRole", "CadoResponseInstanceRole"
HUB_ROLE = f"arn:aws:iam::{HUB}:role/{PLATFORM}"
SECRET, SALT = "tenant-words", "o-1/cado"
ID = fingerprint(SECRET, SALT)
TAGS = {"managed-by": "org-permission-orchestrator", "rollout": "cado"}
MARKS = Marks(TAGS, frozenset({SPOKE, PLATFORM}), HUB)
ENTRANCE = Entrance(SPOKE, HUB_ROLE, ID)


def open_prober(session, **settings):
    access = AccountAccess(session, management_account=MANAGEMENT, access=Access(**settings))
    return AccountProber(access, HubRoles(access, (HUB_ROLE,), {ID: SECRET}), MARKS, SALT)


def look(session, *questions):
    return list(open_prober(session).look(questions))


def trust(principal, **condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def by_id(external_id=SECRET):
    return trust({"AWS": f"arn:aws:iam::{HUB}:root"}, StringEquals={"sts:ExternalId": external_id})


@pytest.fixture
def hub_session(sandbox, monkeypatch):
    """As on an instance of the platform, whose role may assume others."""
    store = IamStore(HUB)
    store.add_role(PLATFORM, trust({"Service": "ec2.amazonaws.com"}))
    store.put_inline(PLATFORM, "assume", {"Statement": {"Effect": "Allow", "Action": ["sts:AssumeRole", "iam:*"], "Resource": "*"}})
    for name, value in sandbox.instance_environment(HUB, PLATFORM).items():
        monkeypatch.setenv(name, value)
    session = AwsSession()
    yield session
    session.close()


@pytest.mark.parametrize(
    ("document", "entry"),
    [
        (by_id(), Entry(with_id=True, without_id=False)),
        (by_id("another"), Entry(with_id=False, without_id=False)),
        (trust({"AWS": HUB}), Entry(with_id=True, without_id=True)),
        (trust({"AWS": MANAGEMENT}), Entry(with_id=False, without_id=False)),
    ],
    ids=["by our id", "by another id", "by any", "not at all"],
)
def test_a_hub_role_that_runs_the_program_tries_the_way_in_with_its_external_id_and_without(hub_session, document, entry):
    store = IamStore(PROD)
    store.add_role(SPOKE, document)
    store.need_role("OrganizationAccountAccessRole").assume_role_policy_document = trust({"AWS": HUB})
    (sight,) = look(hub_session, Question(AccountId(PROD), (SPOKE,), entrances=(ENTRANCE,)))
    assert sight.entries == {ENTRANCE: entry}


def test_a_hub_role_that_trusts_the_reader_of_the_hub_is_tried_with(session):
    store = IamStore(HUB)
    store.add_role(PLATFORM, trust({"AWS": HUB}))
    store.put_inline(PLATFORM, "assume", {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}})
    IamStore(PROD).add_role(SPOKE, by_id())
    (sight,) = look(session, Question(AccountId(PROD), (SPOKE,), entrances=(ENTRANCE,)))
    assert sight.entries == {ENTRANCE: Entry(with_id=True, without_id=False)}


def test_without_credentials_of_a_hub_role_nothing_is_tried(session):
    IamStore(HUB).add_role(PLATFORM, trust({"Service": "ec2.amazonaws.com"}))
    IamStore(PROD).add_role(SPOKE, by_id())
    (sight,) = look(session, Question(AccountId(PROD), (SPOKE,), entrances=(ENTRANCE,)))
    assert sight.entries == {}
    assert session.calls()["sts:AssumeRole"] <= 3


def test_no_external_id_leaves_the_account(session):
    IamStore(PROD).add_role(SPOKE, by_id())
    (sight,) = look(session, Question(AccountId(PROD), (SPOKE,)))
    assert SECRET not in repr(sight)
    assert ID in repr(sight.roles[SPOKE].settings.trust)


def tagged(account, name, document, tags=TAGS):
    IamStore(account).add_role(name, document).tags = [{"Key": key, "Value": value} for key, value in tags.items()]


def test_further_roles_with_our_tags_are_found_by_name_by_trust_and_by_nothing_else(session):
    tagged(DEV, SPOKE, trust({"AWS": MANAGEMENT}))
    tagged(DEV, "quiet", trust({"AWS": HUB_ROLE}))
    tagged(DEV, PLATFORM, by_id(), {**TAGS, "rollout": "another"})
    tagged(DEV, "asked-about", by_id())
    tagged(DEV, "elsewhere", trust({"AWS": MANAGEMENT}))
    (sight,) = look(session, Question(AccountId(DEV), ("asked-about",)))
    assert set(sight.unexpected) == {UnexpectedRole(SPOKE, "/"), UnexpectedRole("quiet", "/")}


def test_roles_that_may_not_be_listed_are_no_reason_not_to_read_ours(sandbox, session):
    sandbox.faults.deny = [f"iam:ListRoles@{DEV}"]
    IamStore(DEV).add_role(SPOKE, by_id())
    (sight,) = look(session, Question(AccountId(DEV), (SPOKE,)))
    assert (set(sight.roles), sight.error) == ({SPOKE}, "")
    assert "list the roles" in sight.unsearched


def test_accounts_are_answered_in_order_each_with_its_own_credentials(sandbox, session):
    accounts = [AccountId(account) for account in (PROD, HUB, DEV, MANAGEMENT)] * 5
    for account in set(accounts) - {MANAGEMENT}:
        sandbox.put_inline_policy(account, "OrganizationAccountAccessRole", account)
    sights = look(session, *(Question(account, ("OrganizationAccountAccessRole",)) for account in accounts))
    assert [sight.account for sight in sights] == accounts
    for sight in sights:
        assert all(sight.account in role.policies for role in sight.roles.values())
        assert bool(sight.roles) == (sight.account != MANAGEMENT)
