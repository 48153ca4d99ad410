"""What is said of a role that is not ours, of one whose stack instance is behind, and of a way in that was tried."""

from dataclasses import replace

from orchestrator.model.identifiers import AccountId, OrganizationId
from orchestrator.model.inside import Entrance, Entry, FindingKind, InsideRole, Remedy, RoleSettings, Sight
from orchestrator.probing.comparison import findings
from orchestrator.probing.expectation import WantedRole

ACCOUNT, HUB = AccountId("111111111111"), "222222222222"
POLICY = {"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "a:Get", "Resource": "*"}]}
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": HUB},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "fingerprint:a"}},
}
TRUST = {"Version": "2012-10-17", "Statement": [STATEMENT]}
ENTRANCE = Entrance("Spoke", f"arn:aws:iam::{HUB}:role/Hub", "fingerprint:a")
SETTINGS = RoleSettings("/", TRUST, tags={"rollout": "cado"})
OURS = WantedRole("Spoke", "cado-role-spoke", SETTINGS, {"cado-spoke-kms": POLICY}, entrances=(ENTRANCE,))
THEIRS = replace(OURS, settings=None, is_managed=False)
FOUND = InsideRole("Spoke", SETTINGS, {"cado-spoke-kms": POLICY})


def compare(wanted, found, **seen):
    sight = Sight(ACCOUNT, {"Spoke": found} if found else {}, **seen)
    return [(row.kind, row.stack_set, row.detail) for row in findings([wanted], sight, "cado", OrganizationId("o-1"))]


def test_of_a_role_that_is_not_managed_only_our_policies_are_compared():
    strange = replace(
        FOUND,
        settings=RoleSettings("/x/", TRUST, 7_200, "arn:aws:iam::aws:policy/B"),
        policies={**FOUND.policies, "theirs": POLICY},
        attached=("arn:aws:iam::aws:policy/C",),
    )
    assert compare(THEIRS, strange) == []
    assert compare(THEIRS, replace(strange, policies={"theirs": POLICY})) == [
        (FindingKind.MISSING, "cado-spoke-kms", "granted, but role Spoke has no inline policy of that name")
    ]


def test_a_role_that_is_not_managed_and_not_there_is_for_its_owner():
    (found,) = findings([THEIRS], Sight(ACCOUNT), "cado", OrganizationId("o-1"))
    assert (found.kind, found.stack_set, found.remedy) == (FindingKind.MISSING, "cado-spoke-kms", Remedy.PERSON)


def test_the_hub_has_to_get_into_a_role_that_is_not_managed():
    closed = replace(FOUND, settings=replace(SETTINGS, trust={}))
    assert compare(THEIRS, closed) == [
        (FindingKind.UNHEALTHY, "cado-spoke-kms", "role Spoke: Hub of the hub cannot assume it (its trust policy says)")
    ]
    by_address = {**STATEMENT, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    ((kind, _, detail),) = compare(THEIRS, replace(FOUND, settings=replace(SETTINGS, trust={"Statement": by_address})))
    assert (kind, "hangs on conditions" in detail) == (FindingKind.UNREACHABLE, True)


def test_a_policy_that_nothing_grants_any_more_is_unexpected_and_one_that_is_on_its_way_is_not():
    left = replace(FOUND, policies={**FOUND.policies, "cado-spoke-ec2": POLICY})
    ((kind, stack_set, detail),) = compare(OURS, left)
    assert (kind, stack_set) == (FindingKind.UNEXPECTED, "cado-spoke-ec2")
    assert "nothing grants it: it allows a:Get on *" in detail
    assert compare(replace(OURS, unsettled=frozenset({"cado-spoke-ec2"})), left) == []


def test_what_was_tried_decides_even_where_the_trust_policy_is_as_it_should_be():
    assert compare(OURS, FOUND, entries={ENTRANCE: Entry(with_id=True, without_id=False)}) == []
    assert compare(OURS, FOUND, entries={ENTRANCE: Entry(with_id=False, without_id=False)}) == [
        (FindingKind.UNHEALTHY, "cado-role-spoke", "role Spoke: Hub of the hub cannot assume it (it was tried)")
    ]
    ((_, _, detail),) = compare(OURS, FOUND, entries={ENTRANCE: Entry(with_id=True, without_id=True)})
    assert detail == "role Spoke: Hub of the hub can assume it without the external id (it was tried)"


def test_a_policy_added_under_a_strange_name_gives_a_command_that_is_safe_to_paste():
    added = replace(FOUND, attached=("arn:aws:iam::111111111111:policy/a;b/P",))
    ((_, _, detail),) = compare(OURS, added)
    assert "--policy-arn 'arn:aws:iam::111111111111:policy/a;b/P'" in detail
