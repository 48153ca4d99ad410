"""What StackSets need of the whole organization: all its features, and trusted access. Without them no account can be changed."""

from collections.abc import Iterable, Iterator

from orchestrator.model.evidence import Unknown
from orchestrator.model.operation import Operation
from orchestrator.model.organization import Organization, TrustedAccess
from orchestrator.model.plan import Violation

ACTIVATE = "Run `aws cloudformation activate-organizations-access` in the management account."
ENABLE_ALL = "Run `aws organizations enable-all-features` in the management account and have the invited accounts accept."

Access = TrustedAccess | Unknown | None
"""None where AWS was not asked: a plan from a snapshot."""


def check_preconditions(organization: Organization, access: Access, operations: Iterable[Operation]) -> Iterator[Violation]:
    """For plans that change a StackSet; the plain stacks of the management account need neither."""
    if all(operation.place.is_stack for operation in operations):
        return
    if not organization.has_all_features:
        yield Violation("all_features", f"{lacks_features(organization)} {ENABLE_ALL}")
    elif is_off(access):
        yield Violation("trusted_access", f"{lacks_access(access)} {ACTIVATE}")


def precondition_warnings(access: Access, operations: Iterable[Operation]) -> tuple[str, ...]:
    """Trusted access that is unknown; and off, while this plan does not need it."""
    if isinstance(access, Unknown):
        return (f"whether trusted access for StackSets is on is not known: {access.reason}",)
    if is_off(access) and all(operation.place.is_stack for operation in operations):
        return (f"trusted access for StackSets is {access}: this plan does without, the next change of a StackSet cannot. {ACTIVATE}",)
    return ()


def lacks_features(organization: Organization) -> str:
    return f"organization {organization.id} only shares its bills: StackSets need all features."


def lacks_access(access: Access) -> str:
    return f"trusted access for StackSets is {access}: AWS refuses to change any of them."


def is_off(access: Access) -> bool:
    """Whether AWS says so; unknown is not off."""
    return isinstance(access, TrustedAccess) and access is not TrustedAccess.ENABLED
