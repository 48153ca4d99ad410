"""Control policies are read whole, in the fewest calls; where FullAWSAccess is attached follows from where no other policy is."""

from collections import Counter

import pytest

from orchestrator.adapters.aws.directory import OrganizationsDirectory
from orchestrator.model.evidence import Unknown
from orchestrator.model.organization import FULL_ACCESS, RESOURCE_CONTROL, SERVICE_CONTROL
from tests.worlds.organizations import DEV, HUB, LOOSE, MANAGEMENT, PAYMENTS, PROD, SUSPENDED

ROOT, WORKLOADS, PRODUCTION, SECURITY = "r-ab12", "ou-ab12-11111111", "ou-ab12-22222222", "ou-ab12-33333333"
EVERYWHERE = {ROOT, WORKLOADS, PRODUCTION, SECURITY, MANAGEMENT, PROD, DEV, HUB, LOOSE, SUSPENDED}
DENIAL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def row(name, targets, document=DENIAL, kind=SERVICE_CONTROL):
    return {"id": name, "name": name.removeprefix("p-"), "type": kind, "targets": sorted(targets), "document": document}


@pytest.fixture
def read(sandbox, session):
    """``read(*policies)``: those that the directory shows, by id, and the calls that took."""

    def read(*policies):
        sandbox.seed({**PAYMENTS, "policies": list(policies)})
        directory = OrganizationsDirectory(session)
        organization, before = directory.discover(), Counter(session.calls())
        found = directory.policies(organization)
        calls = Counter(session.calls()) - before
        shown = {policy.id: policy for policy in found} if isinstance(found, tuple) else found
        return shown, {name.removeprefix("organizations:"): count for name, count in calls.items()}

    return read


def test_every_policy_is_read_once_with_its_targets(read):
    found, calls = read(row("p-no-s3", [PRODUCTION, DEV]), row("p-perimeter", [ROOT], kind=RESOURCE_CONTROL))
    assert {name: (policy.type, policy.targets) for name, policy in found.items()} == {
        "p-no-s3": (SERVICE_CONTROL, (DEV, PRODUCTION)),
        "p-perimeter": (RESOURCE_CONTROL, (ROOT,)),
    }
    assert calls == {"ListPolicies": 2, "DescribePolicy": 2, "ListTargetsForPolicy": 2}


def test_full_access_is_asked_for_only_where_another_policy_is(read):
    found, calls = read(row("p-no-s3", [PRODUCTION]), row(FULL_ACCESS, EVERYWHERE - {PRODUCTION}, EVERYTHING))
    assert set(found[FULL_ACCESS].targets) == EVERYWHERE - {PRODUCTION}
    assert calls == {"ListPolicies": 2, "DescribePolicy": 1, "ListTargetsForPolicy": 1, "ListPoliciesForTarget": 1}


def test_its_targets_are_listed_where_that_takes_fewer_calls(read):
    found, calls = read(row("p-no-s3", [PRODUCTION, DEV, PROD]), row(FULL_ACCESS, EVERYWHERE - {DEV}, EVERYTHING))
    assert set(found[FULL_ACCESS].targets) == EVERYWHERE - {DEV}
    assert calls == {"ListPolicies": 2, "DescribePolicy": 1, "ListTargetsForPolicy": 2}


def test_where_no_other_policy_is_nothing_is_asked(read):
    found, calls = read(row(FULL_ACCESS, EVERYWHERE, EVERYTHING), row("p-RCPFullAWSAccess", EVERYWHERE, EVERYTHING, RESOURCE_CONTROL))
    assert {name: set(policy.targets) for name, policy in found.items()} == {FULL_ACCESS: EVERYWHERE}
    assert calls == {"ListPolicies": 2}


@pytest.mark.parametrize("operation", ["ListPolicies", "DescribePolicy", "ListTargetsForPolicy"])
def test_what_may_not_be_read_is_unknown(sandbox, read, operation):
    sandbox.faults.deny = [f"organizations:{operation}"]
    found, _ = read(row("p-no-s3", [PRODUCTION]))
    assert isinstance(found, Unknown)
    assert operation in found.reason
