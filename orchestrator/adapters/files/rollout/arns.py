"""ARNs in rollout.yaml of the wrong partition or of an account where their role cannot be."""

from collections.abc import Iterator

from orchestrator.adapters.files.reading.validation import Fault, label
from orchestrator.adapters.files.reading.yaml_document import Location
from orchestrator.adapters.files.rollout.pieces import Pieces
from orchestrator.adapters.files.rollout.schema import AccessEntry, AnyRoleEntry, HubRoleEntry
from orchestrator.model.identifiers import EACH_ACCOUNT, OF_AWS, account_in, partition_in
from orchestrator.model.roles import RoleKind


def check_arns(pieces: Pieces) -> Iterator[Fault]:
    """Every fault that shows without the organization; the management account is checked with the other references."""
    for kind, role in pieces.roles.items():
        if role.permissions_boundary is not None:
            at: Location = ("roles", kind, "permissions_boundary")
            yield from check_partition(at, role.permissions_boundary, pieces.partition)
            yield from check_boundary(at, kind, role, account_in(role.permissions_boundary))
    yield from check_access(pieces.access, pieces.partition)


def check_boundary(at: Location, kind: RoleKind, role: AnyRoleEntry, account: str) -> Iterator[Fault]:
    """IAM takes a managed policy of the role's own account, or one of AWS's."""
    if account in (OF_AWS, EACH_ACCOUNT) or kind is RoleKind.DISCOVERY:
        return
    if not isinstance(role, HubRoleEntry):
        message = f"{label(at)}: a policy of account {account} cannot bound the role in other accounts, where it is too."
        yield Fault(at, message, f"Write {EACH_ACCOUNT} for the id, which makes it each account's own, or name a policy of AWS.")
    elif account != role.account:
        message = f"{label(at)}: a policy of account {account} cannot bound a role in account {role.account}."
        yield Fault(at, message, f"Name a policy of {role.account}, or write {EACH_ACCOUNT} for the id.")


def check_access(access: AccessEntry, partition: str) -> Iterator[Fault]:
    """The roles of ``access``: given in one way, each once."""
    if access.role_name and access.role_names:
        message = "access.role_name: is the short form of access.role_names, which is there too."
        yield Fault(("access", "role_name"), message, "Keep one of them.")
    names = access.role_names or []
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Fault(("access", "role_names", index), f'access.role_names: "{name}" is named twice.', "Remove one.")
        yield from check_partition(("access", "role_names", index), name, partition)
    for key, arn in (("role_name", access.role_name), ("management_role_arn", access.management_role_arn)):
        yield from check_partition(("access", key), arn or "", partition)


def check_partition(at: Location, arn: str, partition: str) -> Iterator[Fault]:
    if arn.startswith("arn:") and partition_in(arn) != partition:
        message = f"{label(at)}: is in the partition {partition_in(arn)}, the home region is in {partition}."
        yield Fault(at, message, f"Write arn:{partition}:iam::…, or correct organization.home_region.")
