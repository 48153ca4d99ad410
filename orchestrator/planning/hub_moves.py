"""The hub moves: until the old one is gone, what trusts the hub trusts both, each by the exact ARNs of its roles.

One plan has two definitions for such a role set. With the first, every account trusts the new hub besides the old; once all do, the old
hub goes; the second names the new hub alone.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Definition, State
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.definitions import FORMER_HUB, HUB, TRUSTED_ROLES, hub_role_arn
from orchestrator.planning.sizes import measure_trust
from orchestrator.planning.stages import old_hubs_in
from orchestrator.templates.limits import TRUST_LIMIT


def with_interims(changes: tuple[PlaceChange, ...], rollout: Rollout) -> tuple[PlaceChange, ...]:
    """The same, with the definition that trusts both hubs wherever a role that trusts an old one stays."""
    old_hubs = old_hubs_in(changes, rollout.hub_account)
    return tuple(replace(change, interim=interim_of(change, old_hubs, rollout)) for change in changes) if old_hubs else changes


def interim_of(change: PlaceChange, old_hubs: frozenset[AccountId], rollout: Rollout) -> Definition | None:
    """None where nothing that is there trusts an old hub that goes, or where the trust policy would be too long."""
    before, after = change.difference.before, change.difference.after
    if before is None or after is None or before.definition == after.definition or TRUSTED_ROLES not in after.definition.parameters:
        return None
    former = former_hub(before.definition, old_hubs)
    trusted = trusted_in(former, before.definition, rollout) if former else ()
    if not (trusted and change.update):
        return None
    now = after.definition.parameters[TRUSTED_ROLES].split(",")
    both = {FORMER_HUB: former, TRUSTED_ROLES: ",".join((*now, *trusted))}
    definition = replace(after.definition, parameters={**after.definition.parameters, **both})
    return definition if measure_trust(definition, rollout.roles[change.role]) <= TRUST_LIMIT else None


def former_hub(definition: Definition, old_hubs: Collection[AccountId]) -> str:
    """The old hub that a role trusts as it is deployed; empty when there is none."""
    named = (definition.parameters.get(name, "") for name in (HUB, FORMER_HUB))
    return next((account for account in named if account in old_hubs), "")


def trusted_in(former: str, definition: Definition, rollout: Rollout) -> tuple[str, ...]:
    """The roles of that hub among those a role trusts as it is deployed; an ARN that is none of them is not kept."""
    hub_roles = {hub_role_arn(rollout, role, former) for role in rollout.roles.values() if role.kind.is_hub}
    return tuple(arn for arn in definition.parameters.get(TRUSTED_ROLES, "").split(",") if arn in hub_roles)


def in_between(changes: Iterable[PlaceChange], desired: State) -> State:
    """The desired state as it is while both hubs are trusted."""
    interim = {change.place: change.interim for change in changes if change.interim is not None}
    return {place: replace(unit, definition=interim.get(place, unit.definition)) for place, unit in desired.items()}


def hub_move_notices(changes: Iterable[PlaceChange]) -> Iterator[str]:
    """Which roles trust both hubs meanwhile, and until when."""
    for change in changes:
        if change.interim is not None:
            former, new = change.interim.parameters[FORMER_HUB], change.interim.parameters[HUB]
            many = counted(len(change.remaining), "account")
            yield (
                f"{change.place.name} in {many} trusts both hubs, {former} and {new}, from its wave on until the old one is gone, so that "
                "either can work; then the new one alone."
            )
