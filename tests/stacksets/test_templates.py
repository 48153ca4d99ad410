import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.analysis.rendering import longest_values, loose_values
from orchestrator.analysis.sizes import role_size
from orchestrator.model.alteration import NOT_REVISED
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.sandbox.conditions import holds
from orchestrator.sandbox.intrinsics import Evaluation
from orchestrator.sandbox.templates import read_template
from orchestrator.templates import (
    as_list,
    group_set_parameters,
    group_set_template,
    policy_document,
    rendered_files,
    role_parameters,
    role_template,
)
from orchestrator.templates.limits import INLINE_LIMIT, TEMPLATE_LIMIT
from orchestrator.templates.trust import trust_document
from scripts.generated.catalogs import PROFILES, catalog
from tests.stacksets.statements import plain

SETS = [(profile, name) for profile in PROFILES for name in catalog(profile).group_sets]
VALUES = {"defaults": loose_values, "everything set": longest_values}
each_set = pytest.mark.parametrize(("profile", "name"), SETS)


def properties_of(template, values, logical_id):
    pseudo = {key: value for key, value in values.items() if key.startswith("AWS::")}
    evaluation = Evaluation(read_template(template), values, pseudo)
    evaluation.references["Role"] = values.get("RoleName", "role")
    return evaluation.properties(logical_id)


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
@each_set
def test_a_deployed_policy_is_the_policy_that_was_linted_and_measured(profile, name, values):
    of = catalog(profile)
    given = {**values(of), "RoleName": "role", "PolicyName": "policy"}
    deployed = properties_of(group_set_template(of, name), given, "Policy")
    assert (deployed["RoleName"], deployed["PolicyName"]) == ("role", "policy")
    assert plain(deployed["PolicyDocument"]) == plain(policy_document(of.statements(name), values=given))


@each_set
def test_a_template_asks_for_exactly_what_it_uses(profile, name):
    of = catalog(profile)
    template = group_set_template(of, name)
    body = template[template.index("\nResources:") :]
    asked = group_set_parameters(of, name)
    referred = set(re.findall(r"!Ref (\w+)$", body, re.MULTILINE)) | set(re.findall(r"\$\{(\w+)\}", body))
    assert referred == set(asked)


def test_role_templates_deploy_the_trust_that_was_measured():
    values = {**longest_values(catalog("classic")), "RoleName": "role"}
    for kind in RoleKind:
        role = properties_of(role_template(kind), values, "Role")
        assert plain(role["AssumeRolePolicyDocument"]) == plain(trust_document(kind, values=values))


@pytest.mark.parametrize("kind", [RoleKind.SPOKE, RoleKind.DISCOVERY])
@pytest.mark.parametrize(
    ("former", "hubs"),
    [
        ("", "arn:aws:iam::222222222222:root"),
        ("333333333333", ["arn:aws:iam::222222222222:root", "arn:aws:iam::333333333333:root"]),
    ],
)
def test_only_exact_hub_roles_of_our_organization_are_trusted(kind, former, hubs):
    values = {
        "AWS::Partition": "aws",
        **NOT_REVISED,
        "RoleName": "r",
        "Path": "/",
        "MaxSession": "3600",
        "PermissionsBoundary": "",
        "OwnBoundary": "",
        "Rollout": "cado",
        "OrganizationId": "o-exampleorgid",
        "HubAccount": "222222222222",
        "FormerHubAccount": former,
        "TrustedRoleArns": "arn:aws:iam::222222222222:role/A,arn:aws:iam::222222222222:role/B",
        "ExternalId": "",
    }
    role = properties_of(role_template(kind), values, "Role")
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": hubs},
            "Action": "sts:AssumeRole",
            "Condition": {
                "ArnEquals": {"aws:PrincipalArn": ["arn:aws:iam::222222222222:role/A", "arn:aws:iam::222222222222:role/B"]},
                "StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"},
            },
        }
    ]
    assert "PermissionsBoundary" not in role
    named = properties_of(role_template(kind), {**values, "ExternalId": "tenant-7"}, "Role")
    (statement,) = named["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"]["StringEquals"]["sts:ExternalId"] == "tenant-7"


def test_the_acquisition_role_trusts_the_platform_role_of_its_own_account_alone():
    values = {**longest_values(catalog("classic")), "RoleName": "r", "OrganizationId": "o-exampleorgid", "TrustedRole": "/p/A"}
    (statement,) = properties_of(role_template(RoleKind.ACQUISITION), values, "Role")["AssumeRolePolicyDocument"]["Statement"]
    here = "arn:aws-us-gov:iam::111111111111"
    assert statement["Principal"] == {"AWS": f"{here}:root"}
    assert statement["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": f"{here}:role/p/A"},
        "StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"},
    }


def test_the_external_id_can_be_given_where_it_is_used_alone():
    assert [kind for kind in RoleKind if "ExternalId" in role_parameters(kind)] == [RoleKind.SPOKE, RoleKind.DISCOVERY]


def test_the_platform_comes_with_an_instance_profile_of_its_name():
    values = {"RoleName": "Platform", "Path": "/", "MaxSession": "3600", "PermissionsBoundary": "", "OwnBoundary": "", "Rollout": "cado"}
    assert properties_of(role_template(RoleKind.PLATFORM), values, "InstanceProfile") == {
        "InstanceProfileName": "Platform",
        "Path": "/",
        "Roles": ["Platform"],
    }


@pytest.mark.parametrize(
    ("given", "bound"),
    [
        ({}, None),
        ({"PermissionsBoundary": "arn:aws:iam::aws:policy/B"}, "arn:aws:iam::aws:policy/B"),
        ({"OwnBoundary": "x/B"}, "arn:aws-cn:iam::111111111111:policy/x/B"),
    ],
)
@pytest.mark.parametrize("kind", RoleKind)
def test_a_role_is_bounded_by_the_policy_named_or_by_that_of_its_own_account(kind, given, bound):
    values = dict.fromkeys(role_parameters(kind), "") | {"AWS::Partition": "aws-cn", "AWS::AccountId": "111111111111", **given}
    assert properties_of(role_template(kind), values, "Role").get("PermissionsBoundary") == bound


def test_a_temporary_grant_without_a_window_grants_nothing():
    text = group_set_template(catalog("classic"), GroupSetName("hub-kms-first-use"))
    defaults = {name: parameter.get("Default", "") for name, parameter in read_template(text).parameters.items()}
    policy = properties_of(text, {**defaults, "AWS::Partition": "aws"}, "Policy")["PolicyDocument"]
    for statement in policy["Statement"]:
        assert statement["Condition"]["DateGreaterThan"]["aws:CurrentTime"] == "1970-01-01T00:00:00Z"
        assert statement["Condition"]["DateLessThan"]["aws:CurrentTime"] == "1970-01-02T00:00:00Z"


@each_set
def test_defaults_and_longest_values_pass_their_own_patterns(profile, name):
    template = read_template(group_set_template(catalog(profile), name))
    longest = longest_values(catalog(profile))
    for key, parameter in template.parameters.items():
        for value in {parameter.get("Default"), longest.get(key)} - {None}:
            assert re.search(parameter["AllowedPattern"], value), (key, value)
        assert parameter["Description"]
        assert parameter["ConstraintDescription"]


@pytest.mark.parametrize("profile", PROFILES)
def test_templates_fit_one_call(profile):
    assert {name: len(text) for name, text in rendered_files(catalog(profile)).items() if len(text.encode()) > TEMPLATE_LIMIT} == {}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("role", RoleKind)
def test_everything_permanent_fits_on_its_role_at_the_worst_case(profile, role):
    known = catalog(profile)
    permanent = [group_set.name for group_set in known.sets_of(role) if not group_set.temporary]
    assert role_size(known, permanent, longest_values(known)) <= INLINE_LIMIT


def test_templates_are_clean_to_cfn_lint(tmp_path):
    files = []
    for profile in PROFILES:
        for name, text in rendered_files(catalog(profile)).items():
            files.append(tmp_path / f"{profile}.{name}")
            files[-1].write_text(text, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--include-checks", "I", "--", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_is_bound_to_one_partition(profile):
    for name, text in rendered_files(catalog(profile)).items():
        resources = text[text.index("\nResources:") :]
        assert "arn:aws:" not in resources, name


@pytest.mark.parametrize(
    ("value", "is_taken"),
    [
        ("*", True),
        ("arn:aws:kms:*:111111111111:key/*", True),
        ("arn:aws-us-gov:kms:us-gov-west-1:*:key/mrk-1234, arn:aws-us-gov:kms:*:*:key/*", True),
        ("arn:aws:kms:*:111111111111:alias/evidence", False),
        ("arn:aws:kms:*:111111111111:alias/*, arn:aws:kms:*:*:key/*", False),
    ],
)
def test_operations_on_keys_are_narrowed_by_keys_and_not_by_aliases_which_iam_would_never_match(value, is_taken):
    pattern = catalog("classic").parameters["kms_key_arns"].pattern
    assert bool(re.fullmatch(pattern, value)) is is_taken


SESSIONS = [("classic", "spoke-port-forwarding"), ("classic", "hub-port-forwarding"), ("scoped", "spoke-port-forwarding")]


@pytest.mark.parametrize(("profile", "name"), SESSIONS)
def test_a_session_needs_the_tag_on_the_instance_and_forwards_ports_alone(profile, name):
    of = catalog(profile)
    sessions = policy_document(of.statements(GroupSetName(name)), values=longest_values(of))["Statement"]
    bound = {str(statement["Resource"]).rpartition(":")[2]: "StringLike" in statement["Condition"] for statement in sessions}
    assert bound == {"instance/*": True, "document/AWS-StartPortForwardingSession": False}
    assert all(statement["Condition"]["BoolIfExists"] == {"ssm:SessionDocumentAccessCheck": "true"} for statement in sessions)


@pytest.mark.parametrize("profile", PROFILES)
def test_no_other_group_set_opens_sessions(profile):
    of = catalog(profile)
    opening = {name for name in of.group_sets if "ssm:StartSession" in of.actions(name)}
    assert opening == {"hub-port-forwarding", "spoke-port-forwarding"}


@pytest.mark.parametrize(
    ("request_context", "is_allowed"),
    [
        ({"ec2:Add/userId": ("222222222222",)}, True),
        ({"ec2:Add/userId": ("333333333333",)}, False),
        ({"ec2:Add/userId": ("222222222222", "333333333333")}, False),
        ({"ec2:Add/group": ("all",)}, False),
        ({"ec2:Add/userId": ("222222222222",), "ec2:Add/group": ("all",)}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("name", ["hub-ec2", "spoke-ec2"])
def test_a_snapshot_is_shared_with_the_named_account_and_never_with_everyone(name, request_context, is_allowed):
    of = catalog("classic")
    values = {**loose_values(of), "ShareSnapshotsWith": "222222222222"}
    (sharing,) = [
        statement
        for statement in policy_document(of.statements(GroupSetName(name)), values=values)["Statement"]
        if "ec2:ModifySnapshotAttribute" in as_list(statement["Action"])
    ]
    assert holds(sharing["Condition"], request_context) is is_allowed
