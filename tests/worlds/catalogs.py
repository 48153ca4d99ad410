"""A small catalog: a permanent and a temporary group set for every role."""

from datetime import timedelta

from orchestrator.model.catalog import Catalog, GroupSet, PermissionGroup, Statement
from orchestrator.model.evidence import ServiceLinkedRoleExists
from orchestrator.model.identifiers import AccountId, GroupName, GroupSetName
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import TemporaryTerms

LIFETIME = timedelta(days=30)


def make_catalog(flavour: str = "Read", *, passing: bool = True) -> Catalog:
    """A permanent and a temporary group set per role, or two permanent ones; another flavour grants other actions under the same names."""
    groups, sets = {}, {}
    for role in RoleKind:
        for lifetime in ("lasting", "passing"):
            name = GroupSetName(f"{role}-{lifetime}")
            group = GroupName(name.title().replace("-", ""))
            statement = Statement(f"{group}1", (f"ec2:{flavour}{group}", "kms:Decrypt"))
            groups[group] = PermissionGroup(group, "for tests", {role: (statement,)}, "nowhere")
            sets[name] = GroupSet(name, role, (group,), temporary=passing and lifetime == "passing")
    return Catalog("classic", groups, sets)


CATALOG = make_catalog()
CATALOGS = {"Read": CATALOG, "Write": make_catalog("Write")}
SETS = tuple(CATALOG.group_sets)
TERMS = {
    name: TemporaryTerms(ServiceLinkedRoleExists("AWSServiceRoleForTests"), LIFETIME)
    for name, known in CATALOG.group_sets.items()
    if known.temporary
}


def make_roles(hub: AccountId) -> dict[RoleKind, Role]:
    return {kind: Role(kind, f"Test{kind.title()}Role", hub if kind.is_hub else None) for kind in RoleKind}
