"""Every reason to refuse a plan."""

from collections import Counter
from collections.abc import Collection, Iterable

from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.operation import Operation
from orchestrator.model.plan import Purpose, Violation
from orchestrator.planning.basis import Basis
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.delta import Delta
from orchestrator.planning.forgetting import check_forgetting
from orchestrator.planning.grants import WantedSets
from orchestrator.planning.holdings import holders_of
from orchestrator.planning.parts import check_part
from orchestrator.planning.preconditions import check_preconditions
from orchestrator.planning.quotas import check_requests
from orchestrator.planning.repairs import check_repairs
from orchestrator.planning.safety import (
    Revocations,
    check_definitions,
    check_foreign,
    check_hub,
    check_missing,
    check_revocations,
    check_role_names,
)
from orchestrator.planning.sizes import check_sizes


def violations(
    basis: Basis,
    wanted: WantedSets,
    delta: Delta,
    changes: Collection[PlaceChange],
    operations: Collection[Operation],
    changes_in_all: Collection[PlaceChange],
) -> tuple[Violation, ...]:
    """Preconditions of the whole rollout first, then what this plan would do; its limits count ``changes_in_all``."""
    rollout, organization, allowed = basis.rollout, basis.organization, basis.allowed
    holders = holders_of(basis.observed)
    # A clean-up takes nothing from accounts that are gone, nor because they are; forgetting is what is to be done about one.
    may_miss = allowed.missing_accounts or basis.purpose in (Purpose.CLEANUP, Purpose.FORGET)
    return (
        *check_preconditions(organization, basis.trusted_access, operations),
        *check_missing(holders - set(organization.accounts), holders, organization, rollout, is_allowed=may_miss),
        *check_foreign(delta.values()),
        *check_hub(rollout, organization, is_granting=any(change.is_installing for change in changes)),
        *check_definitions(changes),
        *check_role_names(changes),
        *check_forgetting(basis),
        *check_part(basis),
        *check_sizes(wanted, basis.catalog, rollout),
        *check_requests(operations),
        *check_revocations(count_revocations(basis, changes_in_all), rollout, allowed, basis.purpose),
        *check_repairs(changes_in_all, rollout.safety.max_repaired_percent, is_allowed=allowed.repairs),
    )


def count_revocations(basis: Basis, changes: Iterable[PlaceChange]) -> tuple[Revocations, ...]:
    """By group set, StackSet and plain stack together. Ended temporary grants never count: they are gone by right."""
    observed: Counter[GroupSetName] = Counter()
    revoked: Counter[GroupSetName] = Counter()
    for change in changes:
        if change.group_set is not None:
            observed[change.group_set] += len(change.held)
            revoked[change.group_set] += sum(basis.judgement.ended(change.group_set, account) is None for account in change.delete)
    return tuple(Revocations(name, observed[name], revoked[name]) for name in observed)
