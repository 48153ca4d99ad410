"""Roles by their properties: what changes, in words, and whether it lets somebody do more."""

from dataclasses import replace

import pytest

from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Definition
from orchestrator.permissions.roles import PropertyChange, role_changes, role_facts
from orchestrator.templates import role_template

ARN = "arn:aws:iam::222222222222:role/CadoResponseRole"
OTHER = "arn:aws:iam::222222222222:role/CadoResponseInstanceRole"
SPOKE = Definition(
    role_template(RoleKind.SPOKE),
    {
        "RoleName": "CadoResponseCrossAccountRole",
        "Path": "/",
        "MaxSession": "3600",
        "PermissionsBoundary": "",
        "OrganizationId": "o-exampleorgid",
        "HubAccount": "222222222222",
        "TrustedRoleArns": ARN,
        "ExternalId": "fingerprint:1234",
        "Rollout": "cado",
    },
)


def changed(kind=RoleKind.SPOKE, **parameters):
    before, after = facts(SPOKE), facts(replace(SPOKE, parameters={**SPOKE.parameters, **parameters}, template=role_template(kind)))
    return [(change.property, change.before, change.after, change.widens) for change in role_changes(before, after)]


def facts(definition):
    return role_facts(definition, "aws")


def test_a_new_role_states_who_may_assume_it():
    found = {change.property: change.after for change in role_changes(None, facts(SPOKE))}
    assert found["assumed by"] == ARN
    assert found["organization"] == "o-exampleorgid"
    assert found["external id"] == "set"
    assert found["session"] == "3,600 seconds"
    assert found["permissions boundary"] == "none"


def test_a_new_role_without_an_external_id_says_so():
    open_to_all = replace(SPOKE, parameters={**SPOKE.parameters, "ExternalId": ""})
    assert ("external id", "unset") in {(change.property, change.after) for change in role_changes(None, facts(open_to_all))}


def test_a_role_that_goes_widens_nothing():
    assert not any(change.widens for change in role_changes(facts(SPOKE), None))


def test_the_fingerprint_of_an_external_id_is_never_shown():
    assert "fingerprint" not in repr([*role_changes(None, facts(SPOKE)), *role_changes(facts(SPOKE), None)])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"TrustedRoleArns": f"{ARN},{OTHER}"}, [("assumed by", ARN, f"{OTHER}, {ARN}", True)]),
        ({"ExternalId": ""}, [("external id", "set", "unset", True)]),
        ({"ExternalId": "fingerprint:5678"}, [("external id", "set", "changed", False)]),
        ({"MaxSession": "7200"}, [("session", "3,600 seconds", "7,200 seconds", True)]),
        ({"Path": "/forensics/"}, [("path", "/", "/forensics/", False)]),
        ({"OrganizationId": "o-anotherorgid"}, [("organization", "o-exampleorgid", "o-anotherorgid", True)]),
        ({"PermissionsBoundary": "arn:aws:iam::aws:policy/A"}, [("permissions boundary", "none", "arn:aws:iam::aws:policy/A", False)]),
        ({"OwnBoundary": "x/A"}, [("permissions boundary", "none", "arn:aws:iam::${AWS::AccountId}:policy/x/A", False)]),
        ({}, []),
    ],
)
def test_a_change_names_its_property_and_whether_it_widens(parameters, expected):
    assert changed(**parameters) == expected


def test_what_is_taken_back_the_other_way_does_not_widen():
    wide = replace(SPOKE, parameters={**SPOKE.parameters, "TrustedRoleArns": f"{ARN},{OTHER}", "MaxSession": "43200", "ExternalId": ""})
    assert [change.widens for change in role_changes(facts(wide), facts(SPOKE))] == [False, False, False]


def test_a_boundary_that_goes_or_changes_widens():
    bound = replace(SPOKE, parameters={**SPOKE.parameters, "PermissionsBoundary": "arn:aws:iam::aws:policy/A"})
    assert list(role_changes(facts(bound), facts(SPOKE))) == [
        PropertyChange("permissions boundary", "arn:aws:iam::aws:policy/A", "none", widens=True)
    ]


def test_the_platform_role_has_an_instance_profile_and_trusts_ec2():
    found = {
        change.property: change.after for change in role_changes(None, facts(replace(SPOKE, template=role_template(RoleKind.PLATFORM))))
    }
    assert (found["instance profile"], found["assumed by"]) == ("yes", "ec2.amazonaws.com")


def test_a_statement_added_by_hand_widens_who_may_assume_the_role():
    statement = "AssumeRolePolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n"
    added = statement + "          - {Effect: Allow, Principal: {AWS: '*'}, Action: 'sts:AssumeRole'}\n"
    tampered = replace(SPOKE, template=SPOKE.template.replace(statement, added))
    changes = {change.property: (change.after, change.widens) for change in role_changes(facts(SPOKE), facts(tampered))}
    assert changes["assumed by"] == (f"*, {ARN} (organization o-exampleorgid; external id set)", True)
    assert changes["external id"] == ("unset", True)
