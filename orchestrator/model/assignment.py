"""The outcome of selection: per account the group sets, by which rule, and what is withheld and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.roles import ExistingRole, Handling, RoleKind


@dataclass(frozen=True, slots=True)
class Grant:
    """A group set an account gets, with the names of the rules that say so."""

    group_set: GroupSetName
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A group set an account does not get though a rule mentions it."""

    group_set: GroupSetName
    because: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """One account's share. ``excluded`` is the reason it is never changed, or None. ``existing`` are roles that others made there."""

    account: AccountId
    grants: tuple[Grant, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    excluded: str | None = None
    existing: Mapping[RoleKind, ExistingRole] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selection:
    """Every account of the organization, and what was noticed on the way."""

    assignments: Mapping[AccountId, Assignment]
    warnings: tuple[str, ...] = field(default=())

    def granted(self, account: AccountId) -> Mapping[GroupSetName, tuple[str, ...]]:
        """Group set to the rules that grant it; empty for unknown and excluded accounts."""
        assignment = self.assignments.get(account)
        if assignment is None or assignment.excluded is not None:
            return {}
        return {grant.group_set: grant.because for grant in assignment.grants}

    def attached(self, account: AccountId, role: RoleKind) -> ExistingRole | None:
        """The rule by which policies are added to a role that exists there already; None where the role is ours to make."""
        assignment = self.assignments.get(account)
        rule = assignment.existing.get(role) if assignment else None
        return rule if rule is not None and rule.handling is Handling.ATTACH else None
