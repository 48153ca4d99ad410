"""What control policies block of a rollout, from what it would really call."""

import json

from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.files.snapshot.file import load_snapshot
from orchestrator.model.blockage import Concern
from orchestrator.model.evidence import Unknown
from orchestrator.model.organization import RESOURCE_CONTROL, SERVICE_CONTROL, ControlPolicies, Organization, OrganizationPolicy
from orchestrator.planning.blocking import Blockages, blockage_warnings, blockages_for
from orchestrator.selection.select import select
from orchestrator.templates.guardrails import guardrail_files
from scripts.generated.catalogs import ROOT
from scripts.generated.guardrails import guardrails

ROLLOUT, CLASSIC = load(ROOT / "config" / "demo" / "rollout.yaml")
DEMO = load_snapshot(ROOT / "config" / "demo" / "organization.yaml")


def blocked_by(policies: ControlPolicies) -> Blockages:
    organization = Organization(
        DEMO.id, DEMO.management_account, DEMO.root, DEMO.organizational_units, DEMO.accounts, DEMO.delegated_administrators, policies
    )
    return blockages_for(select(ROLLOUT, CLASSIC, organization), ROLLOUT, CLASSIC, organization)


def at_root(name: str, document: str, kind: str = SERVICE_CONTROL) -> OrganizationPolicy:
    return OrganizationPolicy(f"p-{name}", name, kind, (DEMO.root,), document)


def test_the_guardrails_that_ship_block_nothing_for_certain():
    texts = guardrail_files(guardrails(), ROLLOUT, CLASSIC)
    found = blocked_by(tuple(at_root(path.rpartition("/")[2], text) for path, text in texts.items()))
    assert isinstance(found, tuple)
    assert [row for row in found if row.is_certain] == []


def test_a_denial_at_the_root_reaches_every_account_but_the_management_account():
    everything = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}})
    found = blocked_by((at_root("Stop", everything),))
    assert isinstance(found, tuple)
    granted = {share.account for share in select(ROLLOUT, CLASSIC, DEMO).assignments.values() if share.grants and not share.excluded}
    assert {account for row in found if row.concern is not Concern.ENTRY for account in row.accounts} == granted - {DEMO.management_account}
    assert all(row.is_certain and row.unit == "/" for row in found)
    assert any(DEMO.management_account in row.accounts for row in found if row.concern is Concern.ENTRY), "the hub cannot leave for it"


def test_what_aws_never_binds_by_a_resource_control_policy_stays_open():
    perimeter = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "ec2:*", "Resource": "*"}})
    found = blocked_by((at_root("Perimeter", perimeter, RESOURCE_CONTROL),))
    assert isinstance(found, tuple)
    assert {row.depends_on for row in found} == {("whether resource control policies bind ec2",)}


def test_policies_that_were_not_read_are_no_policies_that_allow():
    unread = Unknown("not allowed to do organizations:ListPolicies")
    assert blocked_by(unread) == unread
    (warning,) = blockage_warnings(unread)
    assert "were not read" in warning
    assert blockage_warnings(blocked_by(None)) == ()


def test_a_policy_that_is_no_json_makes_all_of_it_unknown():
    found = blocked_by((at_root("Broken", "{"),))
    assert isinstance(found, Unknown)
    assert "no JSON" in found.reason
