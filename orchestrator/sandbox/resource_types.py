"""Which types of resources a stack can hold, where each goes, and the template they come from."""

import secrets
from collections.abc import Mapping

from orchestrator.sandbox.iam_store import IamFailure, IamStore
from orchestrator.sandbox.intrinsics import Evaluation
from orchestrator.sandbox.policy_resources import InstanceProfileResource, ManagedPolicyResource, PolicyResource, RolePolicyResource
from orchestrator.sandbox.resource_calls import Guarded, InstanceProfileCalls, RoleCalls, RolePolicyCalls
from orchestrator.sandbox.resources import Place, ResourceType
from orchestrator.sandbox.role_resource import RoleResource
from orchestrator.sandbox.stack_model import Stack, StackInput
from orchestrator.sandbox.templates import read_template
from orchestrator.sandbox.world import World

TYPES: Mapping[str, ResourceType] = {
    "AWS::IAM::InstanceProfile": Guarded(InstanceProfileResource(), InstanceProfileCalls()),
    "AWS::IAM::ManagedPolicy": ManagedPolicyResource(),
    "AWS::IAM::Policy": PolicyResource(),
    "AWS::IAM::Role": Guarded(RoleResource(), RoleCalls()),
    "AWS::IAM::RolePolicy": Guarded(RolePolicyResource(), RolePolicyCalls()),
}


def evaluation_of(stack: Stack, wanted: StackInput) -> Evaluation:
    pseudo = {
        "AWS::AccountId": stack.account,
        "AWS::Partition": "aws",
        "AWS::Region": stack.region,
        "AWS::StackId": stack.id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": "amazonaws.com",
    }
    return Evaluation(read_template(wanted.body), wanted.parameters, pseudo)


def place_of(world: World, stack: Stack, logical_id: str, tags: Mapping[str, str]) -> Place:
    suffix = secrets.token_hex(6).upper()
    return Place(IamStore(stack.account), stack.name, logical_id, tags, suffix, world.now(), world.iam_shows(), stack.ask)


def type_of(name: str) -> ResourceType:
    """Raises IamFailure for a type the sandbox does not play."""
    if name not in TYPES:
        raise IamFailure(f"Resource type {name} is not supported by the sandbox.")
    return TYPES[name]
