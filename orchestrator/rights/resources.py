"""The ARNs a right is for, as rollout.yaml has them. None at all where the rollout does not need the right."""

from collections.abc import Iterator
from typing import assert_never

from orchestrator.model.evidence import (
    ActionLastAccessed,
    AllEvidence,
    AnyEvidence,
    CloudTrailEventSeen,
    EvidenceQuery,
    KmsAliasExists,
    ServiceLinkedRoleExists,
    SimpleEvidence,
)
from orchestrator.model.identifiers import partition_of
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout, bucket_in
from orchestrator.rights.right import Target

EVERYTHING = ("*",)
TYPES = ("AWS-IAM-InstanceProfile", "AWS-IAM-Role", "AWS-IAM-RolePolicy")
VENDOR_NAMES = ("CadoResponse", "DarktraceForensics", "forensics-prod-")
"""One of them is in every name of config/catalog/vendor_roles.yaml as it ships."""

KEYS = {Target.STATE_OBJECTS: "*", Target.STATE_PROBE: "probe", Target.STATE_TEST: "write-test"}
"""As in orchestrator/execution/layout.py, which is above."""


def arns(target: Target, rollout: Rollout) -> tuple[str, ...]:
    """Sorted, each once. ``*`` in place of an account: a policy reaches no further than its own, and StackSets are the organization's."""
    return tuple(sorted(set(found(target, rollout))))


def found(target: Target, rollout: Rollout) -> tuple[str, ...]:
    match target:
        case Target.ANYTHING:
            return EVERYTHING
        case Target.CALLERS:
            return tuple(f"arn:{partition_of(rollout.home_region)}:iam::*:{kind}/*" for kind in ("role", "user"))
        case Target.STACK_SETS | Target.STACK_SET_TARGETS | Target.RESOURCE_TYPES | Target.STACKS:
            return in_cloudformation(target, rollout)
        case Target.VENDOR_ROLES | Target.EVERY_POLICY:
            return of_others(target, rollout)
        case Target.ROLES | Target.NAMED_ROLES | Target.EVERY_ROLE | Target.PASSED_ROLES | Target.INSTANCE_PROFILES:
            return of_roles(target, rollout)
        case Target.ACCESS_ROLES | Target.MANAGEMENT_ROLE:
            return ways_in(target, rollout)
        case Target.STATE_BUCKET | Target.STATE_OBJECTS | Target.STATE_PROBE | Target.STATE_TEST:
            return of_state(target, rollout)
        case _:
            return of_evidence(target, rollout)


def of_others(target: Target, rollout: Rollout) -> tuple[str, ...]:
    start = f"arn:{partition_of(rollout.home_region)}:iam::*"
    return tuple(f"{start}:role/*{name}*" for name in VENDOR_NAMES) if target is Target.VENDOR_ROLES else (f"{start}:policy/*",)


def in_cloudformation(target: Target, rollout: Rollout) -> tuple[str, ...]:
    # What an operation reaches is asked for beside its StackSet: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html
    everywhere = f"arn:{partition_of(rollout.home_region)}:cloudformation:*:*"
    here = f"arn:{partition_of(rollout.home_region)}:cloudformation:{rollout.home_region}:*"
    match target:
        case Target.STACK_SETS:
            return (f"{here}:stackset/{rollout.prefix}-*",)
        case Target.STACK_SET_TARGETS:
            return (f"{everywhere}:stackset-target/{rollout.prefix}-*",)
        case Target.RESOURCE_TYPES:
            return tuple(f"{everywhere}:type/resource/{name}" for name in TYPES)
        case _:
            return (f"{here}:stack/{rollout.prefix}-*/*",)


def of_roles(target: Target, rollout: Rollout) -> tuple[str, ...]:
    platform = rollout.roles.get(RoleKind.PLATFORM)
    carried = [platform] if platform and platform.managed else []
    match target:
        case Target.ROLES:
            return tuple(arn for role in rollout.roles.values() for arn in role_arns(role, rollout))
        case Target.EVERY_ROLE:
            return (f"arn:{partition_of(rollout.home_region)}:iam::*:role/*",)
        case Target.NAMED_ROLES:
            return tuple(arn for role in rollout.roles.values() for arn in anywhere(role, rollout))
        case Target.PASSED_ROLES:
            return tuple(arn for role in carried for arn in role_arns(role, rollout))
        case _:
            return tuple(arn.replace(":role/", ":instance-profile/") for role in carried for arn in role_arns(role, rollout))


def role_arns(role: Role, rollout: Rollout) -> tuple[str, ...]:
    """With its path, and without: while a role is not there, IAM knows it by its name alone."""
    start = f"arn:{partition_of(rollout.home_region)}:iam::{role.account or '*'}:role"
    return f"{start}{role.path}{role.name}", f"{start}/{role.name}"


def anywhere(role: Role, rollout: Rollout) -> tuple[str, ...]:
    """Names are unique in an account, whatever the path."""
    start = f"arn:{partition_of(rollout.home_region)}:iam::{role.account or '*'}:role"
    return f"{start}/*/{role.name}", f"{start}/{role.name}"


def ways_in(target: Target, rollout: Rollout) -> tuple[str, ...]:
    access = rollout.access
    if target is Target.MANAGEMENT_ROLE:
        return (access.management_role_arn,) if access.management_role_arn else ()
    return access.role_arns(partition_of(rollout.home_region), "*")


def of_state(target: Target, rollout: Rollout) -> tuple[str, ...]:
    place = bucket_in(rollout.state)
    if place is None:
        return ()
    bucket, prefix = place
    arn = f"arn:{partition_of(rollout.home_region)}:s3:::{bucket}"
    if target is Target.STATE_BUCKET:
        return (arn,)
    return (f"{arn}/{prefix}/{KEYS[target]}".replace("//", "/"),)


def of_evidence(target: Target, rollout: Rollout) -> tuple[str, ...]:
    """What is looked at for the kinds of evidence that rollout.yaml names."""
    return tuple(
        arn for terms in rollout.temporary.values() for query in parts(terms.remove_when) for arn in looked_at(target, query, rollout)
    )


def parts(query: EvidenceQuery) -> Iterator[SimpleEvidence]:
    if isinstance(query, AllEvidence | AnyEvidence):
        for part in query.parts:
            yield from parts(part)
    else:
        yield query


def looked_at(target: Target, query: SimpleEvidence, rollout: Rollout) -> tuple[str, ...]:
    partition = partition_of(rollout.home_region)
    match query:
        case ServiceLinkedRoleExists():
            names = (f"aws-service-role/*/{query.role_name}", query.role_name)
            return tuple(f"arn:{partition}:iam::*:role/{name}" for name in names) if target is Target.LINKED_ROLES else ()
        case CloudTrailEventSeen():
            return EVERYTHING if target is Target.TRAIL else ()
        case ActionLastAccessed():
            of_all = {Target.ACCESSED_ROLES: of_roles(Target.ROLES, rollout), Target.ACCESS_REPORTS: EVERYTHING}
            return of_all.get(target, ())
        case KmsAliasExists():
            keys = (f"arn:{partition}:kms:{rollout.home_region}:*:key/*",)
            return {Target.ALIASES: EVERYTHING, Target.ALIASED_KEYS: keys}.get(target, ())
        case _:
            assert_never(query)
