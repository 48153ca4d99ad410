import json
from pathlib import Path

import pytest

from orchestrator.adapters.files.rollout.file import load
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from orchestrator.selection.needs import named, needs_no_rule_grants
from scripts.generated.catalogs import ROOT, catalog

PUBLISHED = json.loads((Path(__file__).parent / "published_actions.json").read_text(encoding="utf-8"))
"""Group to role to the actions the vendor publishes, in releases named by the groups' sources."""

DROPPED = {("RequiredForCrossAccountAccess", "acquisition"): {"iam:createservicelinkedrole"}}
"""Published, and deliberately not in ours: it never granted anything, and the one-time group grants the one that is needed."""

ADDED = {
    ("RequiredForStartup", "platform"): {"sts:assumerole"},
    ("RequiredForMemoryForensics", "acquisition"): {"ec2:describeinstances", "ssm:getcommandinvocation"},
    ("RequiredForMemoryForensics", "spoke"): {"ec2:describeinstances", "ssm:getcommandinvocation"},
    ("RequiredForCrossAccountDefaultKmsEncryptedEc2Import", "acquisition"): {"kms:describekey", "kms:listaliases"},
    ("RequiredForEc2ImportAndAmiImport", "spoke"): {"ec2:deletesnapshot"},
    ("RequiredForResponseActionIsolateEc2", "acquisition"): {
        "ec2:createsecuritygroup",
        "ec2:createtags",
        "ec2:describeinstances",
        "ec2:describesecuritygroups",
        "ec2:describevpcs",
        "ec2:revokesecuritygroupegress",
        "ec2:stopinstances",
    },
}
"""Without these the group does not do, alone, what it is for."""

CONTRACT = {
    "hub-platform": ("platform", ["RequiredForStartup", "RequiredForStartup2"]),
    "hub-core": ("acquisition", ["RequiredForEC2ImportAndCorePlatform", "RequiredForCrossAccountAccess"]),
    "hub-checks": ("acquisition", ["RequiredToCheckPolicy", "RequiredForHealthChecks"]),
    "hub-storage": ("acquisition", ["RequiredToAccessCadoS3Bucket", "RequiredForAcquireToS3"]),
    "hub-evidence-deletion": ("acquisition", ["RequiredForS3Readiness"]),
    "hub-ec2": ("acquisition", ["RequiredForEc2ImportAndAmiImport", "RequiredForEc2ImportAndAmiImport2", "RequiredForAmiImports"]),
    "hub-kms": (
        "acquisition",
        [
            "RequiredForKmsEncryptedEc2Import",
            "RequiredForCrossAccountDefaultKmsEncryptedEc2Import",
            "RequiredForOperationsOnTemporaryKMSResourcesduringDefaultEncryptedEc2Import",
        ],
    ),
    "hub-kms-first-use": ("acquisition", ["RequiredForFirstTimeKMSDefaultencryptedImportCanBeDeletedAfter"]),
    "hub-triage": ("acquisition", ["RequiredForMemoryForensics"]),
    "hub-port-forwarding": ("acquisition", ["RequiredForPortForwarding"]),
    "hub-lambda": ("acquisition", ["RequiredForLambdaImport"]),
    "hub-ecs": ("acquisition", ["RequiredForEcsImport"]),
    "hub-eks": ("acquisition", ["RequiredForEKSImport"]),
    "hub-isolation": ("acquisition", ["RequiredForResponseActionIsolateEc2"]),
    "hub-guardduty": ("acquisition", ["RequiredForGuardDutyMonitoring"]),
    "hub-alb-updates": ("acquisition", ["RequiredForNativeUpdatesWithALB"]),
    "hub-error-reporting": ("acquisition", ["RequiredForAutomatedErrorReporting"]),
    "spoke-checks": ("spoke", ["RequiredToCheckPolicy"]),
    "spoke-ec2": ("spoke", ["RequiredForEc2ImportAndAmiImport", "RequiredForEc2ImportAndAmiImport2", "RequiredForAmiImports"]),
    "spoke-kms": ("spoke", ["RequiredForKmsEncryptedEc2Import", "RequiredForKMSKeyTypeDeterminationDuringEncryptedEc2Import"]),
    "spoke-triage": ("spoke", ["RequiredForMemoryForensics"]),
    "spoke-port-forwarding": ("spoke", ["RequiredForPortForwarding"]),
    "spoke-s3": ("spoke", ["RequiredForS3Import"]),
    "spoke-marketplace": ("spoke", ["RequiredForMarketplaceEC2andAmiImportScoped"]),
    "spoke-lambda": ("spoke", ["RequiredForLambdaImport"]),
    "spoke-ecs": ("spoke", ["RequiredForEcsImport"]),
    "spoke-eks": ("spoke", ["RequiredForEKSImport"]),
    "spoke-isolation": ("spoke", ["RequiredForResponseActionIsolateEc2"]),
    "spoke-guardduty": ("spoke", ["RequiredForGuardDutyMonitoring"]),
    "management-discovery": ("discovery", ["RequiredForAWSOrganizationsDiscoverAccounts"]),
}


def test_classic_ships_exactly_the_promised_group_sets():
    found = {name: (group_set.role, list(group_set.groups)) for name, group_set in catalog("classic").group_sets.items()}
    assert found == CONTRACT


def test_only_the_one_time_group_is_temporary():
    assert [name for name, group_set in catalog("classic").group_sets.items() if group_set.temporary] == ["hub-kms-first-use"]


def test_every_mission_group_is_deployed():
    classic = catalog("classic")
    deployed = {group for group_set in classic.group_sets.values() for group in group_set.groups}
    mission = {name for name, group in classic.groups.items() if group.in_mission}
    assert len(mission) == 25
    assert mission <= deployed


def test_scoped_ships_current_groups_and_ours():
    scoped = catalog("scoped")
    used = {group for group_set in scoped.group_sets.values() for group in group_set.groups}
    assert {name: scoped.groups[name].status for name in used if scoped.groups[name].status != "current"} == {}
    assert used >= {
        "IAM",
        "RequiredForEbsImport",
        "RequiredForEbsImportKmsEncrypted2",
        "RequiredForEc2TriageAndActions2",
        "RequiredForWorkers",
    }


@pytest.mark.parametrize(("name", "role"), [(name, role) for name, roles in PUBLISHED.items() for role in roles])
def test_no_published_action_is_lost_and_none_slips_in(name, role):
    groups = catalog("classic").groups.values()
    parts = [group for group in groups if group.name == name or name in group.part_of]
    ours = {action.lower() for group in parts for statement in group.variants[RoleKind(role)] for action in statement.actions}
    published = {action.lower() for action in PUBLISHED[name][role]}
    assert published - ours == DROPPED.get((name, role), set())
    assert ours - published == ADDED.get((name, role), set())


def test_every_group_says_where_it_comes_from_and_what_differs():
    groups = catalog("classic").groups
    assert [name for name, group in groups.items() if not group.source or not group.purpose] == []
    changed = {name for name, _ in (*DROPPED, *ADDED)} | {
        name for name, group in groups.items() if any(len(v) > 1 for v in group.variants.values())
    }
    assert {name for name in changed if not groups[GroupName(name)].differs} == set()


def test_every_optional_group_says_for_whom():
    groups = catalog("classic").groups.values()
    assert [group.name for group in groups if group.optional and not group.optional_for.startswith("only ")] == []


@pytest.mark.parametrize("profile", ["classic", "scoped"])
def test_deleting_evidence_is_in_a_set_of_its_own(profile):
    of = catalog(profile)
    deleting = [name for name in of.group_sets if "s3:DeleteObject" in of.actions(name)]
    assert deleting == (["hub-evidence-deletion"] if profile == "classic" else [])


@pytest.mark.parametrize("rollout", ["rollout.yaml", "demo/rollout.yaml"])
def test_shipped_rollouts_grant_the_hub_what_it_needs_to_start_workers_and_to_store_evidence(rollout):
    config, classic = load(ROOT / "config" / rollout)
    assert needs_no_rule_grants(config, classic) == ()
    granted = {name for rule in config.rules for name in named(rule.grant, classic)}
    held = {action for name in granted if classic.group_sets[name].role.is_hub for action in classic.actions(name)}
    assert held >= {"ec2:RunInstances", "ec2:CreateTags", "iam:PassRole", "s3:PutObject", "s3:GetObject", "sts:AssumeRole"}
    assert "s3:DeleteObject" not in held


def test_the_one_time_group_says_what_removing_it_costs_and_how_to_get_it_back():
    group = catalog("classic").groups[GroupName("RequiredForFirstTimeKMSDefaultencryptedImportCanBeDeletedAfter")]
    assert "iam:CreateServiceLinkedRole" in group.removal
    assert "grant-temporarily hub-kms-first-use" in group.removal
    assert group.expected_check_failure


@pytest.mark.parametrize("profile", ["classic", "scoped"])
def test_no_shipped_group_set_may_edit_roles(profile):
    of = catalog(profile)
    editing = {"iam:putrolepolicy", "iam:attachrolepolicy", "iam:createrole", "iam:updateassumerolepolicy", "iam:*", "*"}
    assert [name for name in of.group_sets if {action.lower() for action in of.actions(name)} & editing] == []
