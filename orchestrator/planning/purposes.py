"""How the purpose of a plan narrows what is desired: a clean-up is the revocation of ended temporary grants and nothing else, a
deliberate grant is one window in one account. Everywhere else what is observed stays.
"""

from collections.abc import Collection, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.names import group_set_of, group_stack_set, role_stack_set
from orchestrator.model.state import Place, State
from orchestrator.planning.delta import compare
from orchestrator.planning.desired import partial
from orchestrator.planning.grants import WantedSets
from orchestrator.temporary.life import Judgement
from orchestrator.temporary.requests import WantedGrant

Chosen = Mapping[Place, Collection[AccountId]]


def only_ended(observed: State, desired: State, judgement: Judgement, prefix: str) -> State:
    """Used and expired temporary grants are gone, and with the last of them their StackSet."""
    chosen = {
        place: [account for account in difference.removed if judgement.ended(group_set_of(prefix, place.name), account)]
        for place, difference in compare(observed, desired).items()
    }
    temporary = {group_stack_set(prefix, grant.group_set) for grant in judgement.grants}
    left_behind = {
        # A run that emptied it did not come to its end.
        place: ()
        for place, unit in observed.items()
        if place.name in temporary and place not in desired and not (unit.is_foreign or unit.instances)
    }
    return narrowed(observed, desired, {**left_behind, **{place: accounts for place, accounts in chosen.items() if accounts}})


def only_requested(observed: State, desired: State, wanted: WantedSets, grant: WantedGrant, prefix: str) -> State:
    """The one grant, and the role it attaches to when the account does not have it yet."""
    delta = compare(observed, desired)
    chosen: dict[Place, Collection[AccountId]] = {}
    for place, share in wanted.items():
        if share.group_set == grant.group_set and grant.account in share.accounts:
            role = Place(role_stack_set(prefix, share.role), place.is_stack)
            is_new = role in delta and grant.account in delta[role].added
            chosen = {place: (grant.account,), **({role: (grant.account,)} if is_new else {})}
    return narrowed(observed, desired, chosen)


def narrowed(observed: State, desired: State, chosen: Chosen) -> State:
    """What is observed, but for the chosen accounts of the chosen places."""
    found = {place: partial(observed.get(place), desired.get(place), accounts) for place, accounts in chosen.items()}
    return {place: unit for place, unit in {**observed, **found}.items() if unit is not None}
