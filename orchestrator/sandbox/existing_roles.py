"""Roles that accounts of a snapshot have before anything is rolled out: made by hand, by a stack, or by a StackSet of others.

Those of stacks are really made by stacks, so that CloudFormation knows whose they are and takes them away with the stack.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from orchestrator.sandbox import stacks
from orchestrator.sandbox.iam_store import IamFailure, IamStore
from orchestrator.sandbox.instance_work import work_on
from orchestrator.sandbox.organization import Organization
from orchestrator.sandbox.stack_model import Stack, StackInput
from orchestrator.sandbox.stack_set_model import Instance, Operation, Result, StackSet
from orchestrator.sandbox.stacks import StackFailure
from orchestrator.sandbox.world import World

_NAMED = "CAPABILITY_NAMED_IAM"
_LOGICAL_ID = "Role"

RoleOfAccount = tuple[str, Mapping[str, Any]]


def make_existing_roles(world: World, snapshot: Mapping[str, Any], organization: Organization, region: str) -> None:
    """Make every role of the snapshot. Raises ValueError for one that IAM or CloudFormation refuses."""
    found = [(str(item["id"]), role) for item in snapshot.get("accounts") or [] for role in item.get("roles") or []]
    try:
        for account, role in found:
            _make_alone(world, account, region, role)
        for name, members in _by_stack_set(found):
            _make_stack_set(world, organization, region, name, members)
    except (IamFailure, StackFailure) as failure:
        raise ValueError(f"a role of the snapshot cannot be made: {failure}") from failure


def _by_stack_set(found: Sequence[RoleOfAccount]) -> Iterator[tuple[str, list[RoleOfAccount]]]:
    made = [(name, item) for item in found if (name := (item[1].get("made_by") or {}).get("stack_set"))]
    for name, members in groupby(sorted(made, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        yield name, [item for _, item in members]


def _make_alone(world: World, account: str, region: str, role: Mapping[str, Any]) -> None:
    """A role of a StackSet waits for that."""
    maker = role.get("made_by") or {}
    if "stack_set" in maker:
        return
    if "stack" in maker:
        wanted = StackInput(_template(role), {}, dict(role.get("tags") or {}), (_NAMED,))
        stack = Stack(str(maker["stack"]), account, region, wanted, world.now())
        world.stacks[account, region].append(stack)
        stacks.build(world, stack)
        name = stack.resources[_LOGICAL_ID].physical_id
    else:
        name = _make_by_hand(world, account, role)
    _attach(account, name, role)


def _make_by_hand(world: World, account: str, role: Mapping[str, Any]) -> str:
    store, name = IamStore(account), str(role["name"])
    made = store.add_role(name, json.dumps(role["trust"]), path=role.get("path", "/"), at=world.now())
    made.tags = [{"Key": key, "Value": value} for key, value in (role.get("tags") or {}).items()]
    for policy, document in (role.get("policies") or {}).items():
        store.put_inline(name, policy, document)
    return name


def _attach(account: str, name: str, role: Mapping[str, Any]) -> None:
    """Managed policies of the account, made and attached by hand, of a role made by a stack too."""
    store = IamStore(account)
    for policy, document in (role.get("attached") or {}).items():
        store.add_policy(policy, "/", document, "").attach_to(store.need_role(name))


def _make_stack_set(world: World, organization: Organization, region: str, name: str, members: Sequence[RoleOfAccount]) -> None:
    """One template for all its accounts: that of the first role of the snapshot."""
    first = members[0][1]
    stack_set = StackSet(
        name,
        organization.management_account,
        region,
        _template(first),
        tags=dict(first.get("tags") or {}),
        capabilities=[_NAMED],
        permission_model="SERVICE_MANAGED",
        auto_deployment={"Enabled": False},
    )
    world.stack_sets[organization.management_account, region].append(stack_set)
    for account, role in members:
        spot = (account, region)
        stack_set.instances[spot] = Instance(account, region, organization.root)
        operation = Operation(f"made-{account}", "CREATE", world.now(), {}, lambda _: None, "SUCCEEDED", ended=world.now())
        operation.results[spot] = Result(organization.root)
        work_on(world, stack_set, operation, spot)
        if operation.results[spot].status == "FAILED":
            raise StackFailure(str(operation.results[spot].reason))
        _attach(account, _made_in(world, stack_set, account, region), role)


def _made_in(world: World, stack_set: StackSet, account: str, region: str) -> str:
    stack_id = stack_set.instances[account, region].stack_id
    stack = next(stack for stack in world.stacks[account, region] if stack.id == stack_id)
    return stack.resources[_LOGICAL_ID].physical_id


def _template(role: Mapping[str, Any]) -> str:
    """As the vendor's templates are: one role with its policies in it; without a name CloudFormation makes one up."""
    policies = [{"PolicyName": name, "PolicyDocument": document} for name, document in (role.get("policies") or {}).items()]
    named = {"RoleName": role["name"]} if "name" in role else {}
    properties = {**named, "Path": role.get("path", "/"), "AssumeRolePolicyDocument": role["trust"], "Policies": policies}
    return json.dumps({"Resources": {_LOGICAL_ID: {"Type": "AWS::IAM::Role", "Properties": properties}}})
