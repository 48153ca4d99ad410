"""A row of permissions is followed by the rules that bring it about, and by no other rule."""

from dataclasses import replace

from orchestrator.model.identifiers import AccountId, OperationKey, StackSetName
from orchestrator.model.operation import UpdateStackSet
from orchestrator.model.plan import ChangeKind, PermissionChange
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import StackSet, State
from orchestrator.presentation.reasons import permission_reasons
from tests.unit.presentation.plans import DEV, EVERY_WORKLOAD, PLAN, PROD, change, policy

SETS = {"spoke-kms": ("kms:Decrypt",), "spoke-ec2": ("ec2:CopyImage", "kms:Decrypt"), "spoke-ecs": ("ecs:ListClusters",)}
OBSERVED = State({StackSetName(f"cado-{name}"): StackSet(policy(*actions)) for name, actions in SETS.items()})


def reasons(permissions, changes, operations=()):
    plan = replace(PLAN, observed=OBSERVED, operations=operations, permissions=permissions, changes=changes)
    return [found for _, found in permission_reasons(plan)]


def row(gains=(), loses=()):
    return PermissionChange(1, RoleKind.SPOKE, gains, loses)


def granted(name: str, account: AccountId, because: str):
    return change(ChangeKind.GRANT, name, account, because)


def test_a_rule_is_named_when_its_set_carries_the_action_in_such_an_account():
    changes = (granted("spoke-kms", PROD[0], "prod"), granted("spoke-ecs", PROD[0], "containers"), granted("spoke-ecs", DEV[0], "dev"))
    assert reasons((row(("ecs:ListClusters", "kms:Decrypt")),), changes) == [("prod", "containers")]


def test_two_rules_that_bring_the_same_action_are_both_named():
    changes = (granted("spoke-kms", PROD[0], "keys"), granted("spoke-ec2", PROD[0], "images"))
    assert reasons((row(("ec2:CopyImage", "kms:Decrypt")),), changes) == [("keys", "images")]


def test_each_rule_is_named_once_though_several_share_a_grant():
    rules = {"keys": "rollout.yaml:1:1", "images": "rollout.yaml:2:1"}
    changes = (granted("spoke-kms", PROD[0], "images, keys"), granted("spoke-ec2", PROD[0], "keys"))
    plan = replace(PLAN, observed=OBSERVED, operations=(), permissions=(row(("kms:Decrypt",)),), changes=changes, rules=rules)
    assert [found for _, found in permission_reasons(plan)] == [("images", "keys")]


def test_a_revocation_is_the_reason_of_a_loss():
    assert reasons((row(loses=("kms:Decrypt",)),), (change(ChangeKind.REVOKE, "spoke-kms", PROD[0], "withheld: pci"),)) == [
        ("withheld: pci",)
    ]


def test_an_update_is_read_from_both_definitions():
    kms = StackSetName("cado-spoke-kms")
    update = UpdateStackSet(id=OperationKey("op-001"), stack_set=kms, wave="x", definition=policy("kms:ReEncryptFrom"), accounts=PROD[:1])
    changes = (change(ChangeKind.UPDATE, "spoke-kms", PROD[0], "the definition changed"),)
    assert reasons((row(("kms:ReEncryptFrom",), ("kms:Decrypt",)),), changes, (update,)) == [("the definition changed",)]


def test_a_row_that_no_change_explains_has_no_reason():
    assert reasons((row(("s3:GetObject",)),), (granted("spoke-kms", PROD[0], EVERY_WORKLOAD),)) == [()]
