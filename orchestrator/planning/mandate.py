"""What the rules want done now, as permission for each operation. A plan file is evidence of what was reviewed, never authority."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from orchestrator.model.alteration import Revision
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Purpose
from orchestrator.model.state import Definition, Place, State, Window
from orchestrator.planning.basis import Basis
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.delta import compare, instances_of
from orchestrator.planning.grants import Wanted
from orchestrator.planning.make_plan import changes_in, desired_by, wanted_by
from orchestrator.planning.parts import cover_of
from orchestrator.planning.stages import old_hubs_in


@dataclass(frozen=True, slots=True)
class Permit:
    """What may be done in one place of ours.

    ``definition``: what it may be created or updated to; ``interim``: the same until an old hub is gone. ``installs``: the accounts that
    are to hold it, each with its window. ``removals``: those it is to be taken from, or to be made anew in. ``kept``: those that stay as
    they are. ``old_hubs`` among the removals hold it until the new hub does, and may be given its definition meanwhile. ``revisions``: the
    accounts to be repaired.
    """

    definition: Definition | None = None
    interim: Definition | None = None
    installs: Mapping[AccountId, Window | None] = field(default_factory=dict)
    removals: frozenset[AccountId] = frozenset()
    kept: frozenset[AccountId] = frozenset()
    old_hubs: frozenset[AccountId] = frozenset()
    revisions: Mapping[AccountId, Revision] = field(default_factory=dict)
    may_be_deleted: bool = False
    may_stop_auto_deployment: bool = False


@dataclass(frozen=True, slots=True)
class Mandate:
    """Everything the rules want done now. What has no permit is not ours, or has no name that prefix and catalog produce."""

    basis: Basis
    permits: Mapping[Place, Permit]


def mandate_of(basis: Basis) -> Mandate:
    """The permits of every place in which something of ours is wanted or held."""
    wanted = wanted_by(basis)
    desired = desired_by(basis, wanted)
    changes = changes_in(compare(basis.observed, desired), wanted, basis)
    old_hubs = old_hubs_in(changes, basis.rollout.hub_account)
    return Mandate(basis, {change.place: permit_of(change, wanted.get(change.place), desired, old_hubs, basis) for change in changes})


def permit_of(change: PlaceChange, share: Wanted | None, desired: State, old_hubs: frozenset[AccountId], basis: Basis) -> Permit:
    """``share`` is what the rules want in this place, whatever the purpose."""
    instances = instances_of(desired.get(change.place))
    installs = {account: instances[account].window for account in accounts_to_hold(change, share, basis) if account in instances}
    removals = frozenset((*change.delete, *change.replace))
    return Permit(
        definition=share.definition if share is not None and installs else None,
        interim=change.interim,
        installs=installs,
        removals=removals,
        kept=frozenset(change.held) - removals - installs.keys(),
        old_hubs=old_hubs.intersection(change.delete) if change.role.is_hub else frozenset(),
        revisions=change.revisions,
        may_be_deleted=is_vanishing(change, share) and basis.purpose is not Purpose.TEMPORARY_GRANT,
        may_stop_auto_deployment=change.difference.stops_auto_deployment,
    )


def is_vanishing(change: PlaceChange, share: Wanted | None) -> bool:
    """Nothing wants it and nothing will be left in it."""
    return share is None and not change.left


def accounts_to_hold(change: PlaceChange, share: Wanted | None, basis: Basis) -> Iterable[AccountId]:
    """A deliberate grant is for one account: its group set, and the role that holds it."""
    if share is None or basis.purpose in (Purpose.CLEANUP, Purpose.DESTROY, Purpose.FORGET):
        return ()
    grant = basis.grant
    if basis.purpose is not Purpose.TEMPORARY_GRANT or grant is None:
        return share.accounts if basis.part is None else filter(cover_of(basis.part, basis.organization), share.accounts)
    known = basis.catalog.group_sets.get(grant.group_set)
    is_role = change.group_set is None and known is not None and share.role is known.role
    return (grant.account,) if grant.account in share.accounts and (is_role or change.group_set == grant.group_set) else ()
