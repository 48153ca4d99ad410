"""What a right is: actions that commands need, on which resources, under which conditions, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Command(StrEnum):
    """The commands that speak to AWS, as they are typed."""

    DISCOVER = "discover"
    EXPLAIN = "explain"
    HISTORY = "history"
    DOCTOR = "doctor"
    ADOPT = "adopt"
    PLAN = "plan"
    REPORT = "report"
    STATUS = "status"
    VERIFY = "verify"
    DRIFT = "verify --drift"
    PROBE = "verify --probe"
    APPLY = "apply"
    DESTROY = "destroy"
    GRANT = "grant-temporarily"
    CLEANUP = "cleanup"
    FORGET = "forget"


class Holder(StrEnum):
    """Whose policy holds the right."""

    CALLER = "caller"
    """The credentials the program is started with, and the role of ``access.management_role_arn``."""
    INSIDE = "inside"
    """The role of ``access.role_names`` in every account, and the caller when its own account is the hub."""


class Target(StrEnum):
    """What a right is for; which ARNs that are follows from rollout.yaml."""

    ANYTHING = "anything: these actions know no narrower resource"
    CALLERS = "users and roles, one of which the caller is"
    STACK_SETS = "the StackSets of the prefix"
    STACK_SET_TARGETS = "their targets"
    RESOURCE_TYPES = "the types of resources the templates make"
    STACKS = "the stacks of the prefix in the management account"
    ROLES = "the roles of rollout.yaml"
    NAMED_ROLES = "roles of the names in rollout.yaml, under any path"
    EVERY_ROLE = "any role"
    VENDOR_ROLES = "roles of names that the vendor gives"
    EVERY_POLICY = "any managed policy"
    INSTANCE_PROFILES = "the instance profile of the platform role"
    PASSED_ROLES = "the platform role, which its instance profile carries"
    ACCESS_ROLES = "the access roles"
    MANAGEMENT_ROLE = "the role of access.management_role_arn"
    STATE_BUCKET = "the bucket of the state"
    STATE_OBJECTS = "the objects of the state"
    STATE_PROBE = "the object of the state that says what was found inside accounts"
    STATE_TEST = "the object on which doctor tries a write"
    LINKED_ROLES = "the service-linked roles whose making is evidence"
    ACCESSED_ROLES = "the roles whose last accessed actions are evidence"
    ACCESS_REPORTS = "IAM's reports, where an action last accessed is evidence"
    TRAIL = "CloudTrail's history, where an event is evidence"
    ALIASES = "the KMS aliases, where one is evidence"
    ALIASED_KEYS = "their keys"


class Limit(StrEnum):
    """A condition of a right; its values follow from rollout.yaml."""

    OWN_TAGS = "made with the tags of this rollout alone"
    HOME_REGION = "in the home region alone"
    BY_CLOUDFORMATION = "by way of CloudFormation alone"
    TO_EC2 = "to EC2 alone, where AWS says to whom"
    OWN_ORGANIZATION = "in the organization of rollout.yaml, when it is named"
    OWN_PREFIX = "below the prefix of the state, when it has one"


@dataclass(frozen=True, slots=True)
class Right:
    """``without`` is what is lost where the right is missing; empty when its commands fail then."""

    actions: tuple[str, ...]
    targets: tuple[Target, ...]
    commands: frozenset[Command]
    why: str
    without: str = ""
    limits: tuple[Limit, ...] = ()
    holder: Holder = Holder.CALLER
