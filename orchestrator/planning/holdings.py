"""Who holds what of ours, as observed."""

from collections import Counter

from orchestrator.model.identifiers import AccountId
from orchestrator.model.names import role_kind_of
from orchestrator.model.state import State, instances_in, ours


def holders_of(observed: State) -> frozenset[AccountId]:
    """Accounts with any instance or stack of ours."""
    return frozenset(account for _, account, _ in instances_in(ours(observed)))


def grants_held(observed: State, prefix: str) -> Counter[AccountId]:
    """How many group sets each account holds; role sets are no grants."""
    return Counter(account for place, account, _ in instances_in(ours(observed)) if role_kind_of(prefix, place.name) is None)
