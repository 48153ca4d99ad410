"""Things that happen to an account behind everybody's back: policies put by hand, roles and stacks deleted, foreign StackSets."""

import json
from collections.abc import Mapping

from orchestrator.sandbox.iam_store import IamStore
from orchestrator.sandbox.resources import everything
from orchestrator.sandbox.stack_set_model import StackSet
from orchestrator.sandbox.stacks import StackFailure, tear_down
from orchestrator.sandbox.world import World

FOREIGN_TEMPLATE = json.dumps(
    {
        "Resources": {
            "Policy": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
                    }
                },
            }
        }
    }
)
_BY_HAND = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'


def put_inline_policy(account: str, role: str, name: str, document: str | None) -> None:
    """Raises IamFailure when the role does not exist."""
    IamStore(account).put_inline(role, name, document or _BY_HAND)


def delete_inline_policy(account: str, role: str, name: str) -> None:
    IamStore(account).need_role(role).policies.pop(name, None)


def tag_role(account: str, role: str, tags: Mapping[str, str]) -> None:
    """Add tags, as an organization's tagger would."""
    found = IamStore(account).need_role(role)
    found.tags = [*found.tags, *({"Key": key, "Value": value} for key, value in tags.items())]


def delete_role(account: str, role: str) -> None:
    """With everything on it, as a user with a console would."""
    store = IamStore(account)
    found = store.need_role(role)
    found.policies.clear()
    for policy in list(found.managed_policies.values()):
        policy.detach_from(found)
    for profile in store.profiles_of(found):
        profile.roles.remove(found)
    store.remove_role(role)


def delete_stack(world: World, account: str, name: str) -> str:
    """Delete the stack of that name, or the one a StackSet of that name made; returns its status after."""
    for (owner, _), stacks in world.stacks.items():
        for stack in stacks:
            is_meant = stack.name == name or stack.name.startswith(f"StackSet-{name}-")
            if owner == account and stack.deleted is None and is_meant:
                stack.ask = everything
                try:
                    tear_down(world, stack)
                except StackFailure:
                    return stack.status
                return stack.status
    raise KeyError(f"no stack {name} in {account}")


def foreign_stack_set(owner: str, region: str, name: str) -> StackSet:
    """A foreign StackSet: same place, other tags."""
    return StackSet(
        name,
        owner,
        region,
        FOREIGN_TEMPLATE,
        description="not this rollout's",
        tags={"team": "networking"},
        capabilities=["CAPABILITY_IAM"],
        permission_model="SERVICE_MANAGED",
        auto_deployment={"Enabled": False},
    )
