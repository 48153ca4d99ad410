"""A role that an account has already, against what the rules grant there: what it lacks, what it allows beyond, and who gets in."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.counts import counted
from orchestrator.model.fingerprint import fingerprint, salt_of
from orchestrator.model.identifiers import AccountId, GroupSetName, OrganizationId, partition_of, role_arn
from orchestrator.model.inside import InsideRole
from orchestrator.model.names import ownership_tags
from orchestrator.model.permission import ScopeChange
from orchestrator.model.roles import ExistingRole, Role, RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.permissions.allowances import Allowances, allowances, allowances_of, scope_of, statements_of, union
from orchestrator.permissions.difference import compare_allowances
from orchestrator.permissions.patterns import arn_covers
from orchestrator.permissions.resolution import ACCOUNT_HERE
from orchestrator.permissions.trust import ASSUME_ROLE
from orchestrator.planning.definitions import group_set_definition, trusted_arns
from orchestrator.probing.trust import Caller, entry_by
from orchestrator.templates.limits import INLINE_LIMIT, group_set_size
from orchestrator.templates.policy import policy_size

LACKING = frozenset({ScopeChange.NEW, ScopeChange.WIDER, ScopeChange.OTHER})
BEYOND = frozenset({ScopeChange.GONE, ScopeChange.NARROWER, ScopeChange.OTHER})
"""Of the change from what a role holds to what the rules grant."""


@dataclass(frozen=True, slots=True)
class RoleDifference:
    """Actions that the rules grant and the role does not allow, or not as widely, and conversely.

    ``unread`` are managed policies that could not be read: what they allow is not known.
    """

    lacking: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AssessedRole:
    """One role found in an account, and the line of rollout.yaml that handles it.

    ``shut_out``: hub roles that its trust policy does not let in, ``unsure`` those it may let in. ``inline_size``: characters of the inline
    policies that others put on it and of those the rules grant, together. ``is_wanted``: the rules grant something of this role there.
    ``bears_name``: that of rollout.yaml, otherwise one that a vendor's template gives. ``is_elsewhere``: under another path than in
    rollout.yaml; ``is_out_of_reach``: and nothing granted to the hub allows it to assume a role there.
    """

    account: AccountId
    kind: RoleKind
    role: InsideRole
    difference: RoleDifference
    shut_out: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    rule: ExistingRole | None = None
    inline_size: int = 0
    is_ours: bool = False
    is_wanted: bool = False
    bears_name: bool = True
    is_elsewhere: bool = False
    is_out_of_reach: bool = False


class Assessment:
    """Compares found roles with what the rules grant; roles that are alike, in whatever account, once."""

    def __init__(self, rollout: Rollout, catalog: Catalog, organization: OrganizationId, selection: Selection, now: datetime) -> None:
        self._rollout = rollout
        self._catalog = catalog
        self._selection = selection
        self._hub_sets = tuple(selection.granted(rollout.hub_account)) if rollout.hub_account else ()
        self._organization = organization
        self._now = now
        self._granted: dict[GroupSetName, Allowances] = {}
        self._sizes: dict[GroupSetName, int] = {}
        self._compared: dict[tuple[tuple[GroupSetName, ...], str], RoleDifference] = {}

    def assess(self, account: AccountId, kind: RoleKind, found: InsideRole) -> AssessedRole:
        """Group sets of other roles, and temporary ones, are passed over."""
        role, granted, share = self._rollout.roles[kind], self._selection.granted(account), self._selection.assignments.get(account)
        of_kind = [name for name in granted if self._catalog.group_sets[name].role is kind]
        sets = tuple(sorted(name for name in of_kind if not self._catalog.group_sets[name].temporary))
        entries = {arn: self._entry(role, arn, found) for arn in trusted_arns(self._rollout, role)} if kind is not RoleKind.PLATFORM else {}
        is_elsewhere = found.name == role.name and found.settings.path != role.path
        return AssessedRole(
            account=account,
            kind=kind,
            role=found,
            difference=self._difference(account, sets, found),
            shut_out=tuple(arn for arn, enters in entries.items() if enters is False),
            unsure=tuple(arn for arn, enters in entries.items() if enters is None),
            rule=share.existing.get(kind) if share else None,
            inline_size=self._size_of_others(found) + sum(map(self._size, of_kind)),
            is_wanted=bool(of_kind),
            is_ours=ownership_tags(self._rollout.prefix).items() <= found.settings.tags.items(),
            bears_name=found.name == role.name,
            is_elsewhere=is_elsewhere,
            is_out_of_reach=is_elsewhere and not self._is_reached(account, found),
        )

    def _entry(self, role: Role, hub_role: str, found: InsideRole) -> bool | None:
        external_id = fingerprint(role.external_id or "", salt_of(self._organization, self._rollout.prefix))
        return entry_by(found.settings.trust, Caller(hub_role, self._organization), external_id).with_id

    def _is_reached(self, account: AccountId, found: InsideRole) -> bool:
        """Whether a policy of the hub allows it to assume the role, its conditions aside."""
        arn = role_arn(partition_of(self._rollout.home_region), account, f"{found.settings.path}{found.name}")
        assumable = scope_of(ASSUME_ROLE, union(map(self._allowances, self._hub_sets)))
        return any(arn_covers(allowance.resource, arn) for allowance in assumable)

    def _difference(self, account: AccountId, sets: tuple[GroupSetName, ...], found: InsideRole) -> RoleDifference:
        documents = (*found.policies.values(), *found.managed.values())
        text = json.dumps([documents, found.attached], sort_keys=True).replace(account, ACCOUNT_HERE)
        key = (sets, text)
        if key not in self._compared:
            held = union(allowances_of(statements_of(document)) for document in json.loads(text)[0])
            rows = tuple(compare_allowances(held, union(map(self._allowances, sets))))
            self._compared[key] = RoleDifference(
                lacking=tuple(row.action for row in rows if row.change in LACKING),
                beyond=tuple(row.action for row in rows if row.change in BEYOND),
                unread=tuple(arn for arn in found.attached if arn not in found.managed),
            )
        return self._compared[key]

    def _size_of_others(self, found: InsideRole) -> int:
        return sum(policy_size(document) for name, document in found.policies.items() if not name.startswith(f"{self._rollout.prefix}-"))

    def _size(self, name: GroupSetName) -> int:
        if name not in self._sizes:
            definition = group_set_definition(self._rollout, self._organization, self._catalog, name)
            self._sizes[name] = group_set_size(self._catalog, name, definition.parameters)
        return self._sizes[name]

    def _allowances(self, name: GroupSetName) -> Allowances:
        if name not in self._granted:
            region = self._rollout.home_region
            pseudo: Mapping[str, str] = {"AWS::Partition": partition_of(region), "AWS::Region": region}
            definition = group_set_definition(self._rollout, self._organization, self._catalog, name)
            self._granted[name] = allowances(definition, pseudo, self._now)
        return self._granted[name]


def by_kind(roles: Sequence[AssessedRole]) -> Iterator[tuple[RoleKind, list[AssessedRole]]]:
    return ((kind, alike) for kind in RoleKind if (alike := [role for role in roles if role.kind is kind]))


def excess_of(found: AssessedRole) -> str:
    """That policies of others and ours do not fit on the role together; empty where they do."""
    if found.inline_size <= INLINE_LIMIT:
        return ""
    return f"its own inline policies and ours have {found.inline_size:,} characters together, the limit is {INLINE_LIMIT:,}"


def described(found: AssessedRole) -> str:
    """``111111111111 (made by StackSet Vendor; lacks 12 actions, allows 3 actions beyond)``."""
    return f"{found.account} ({origin_of(found)}; {compared(found.difference)})"


def origin_of(found: AssessedRole) -> str:
    """``made by StackSet Vendor, under /forensics/``."""
    origin = found.role.origin.description if found.role.origin else "by what is not known"
    path = f", under {found.role.settings.path}" if found.is_elsewhere else ""
    return f"made {origin}{path}{', with our tags' if found.is_ours else ''}"


def compared(difference: RoleDifference) -> str:
    """What a role holds against what the rules grant, in a few words."""
    parts = (
        f"lacks {counted(len(difference.lacking), 'action')}" if difference.lacking else "",
        f"allows {counted(len(difference.beyond), 'action')} beyond" if difference.beyond else "",
        f"{len(difference.unread)} of its managed policies not read" if difference.unread else "",
    )
    return ", ".join(filter(None, parts)) or "allows what the rules grant"
