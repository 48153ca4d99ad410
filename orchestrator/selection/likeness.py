"""Accounts that no rule can tell apart: what is decided for one of them holds for all."""

from collections.abc import Callable, Hashable, Iterator

from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Account, Organization
from orchestrator.model.rollout import Rollout
from orchestrator.model.selectors import AccountIs, NameLike, Selector
from orchestrator.selection.matching import plain_terms, tags_in

Likeness = Callable[[Account], Hashable]
"""The same for accounts that are alike."""


def likeness(rollout: Rollout, organization: Organization) -> Likeness:
    """By all that selection looks at: the unit, the state, and of tags, name and id what some rule names."""
    selectors = tuple(selectors_of(rollout))
    terms = [term for selector in selectors for term in plain_terms(selector)]
    tags = sorted(frozenset[str]().union(*map(tags_in, selectors)))
    reads_names = any(isinstance(term, NameLike) for term in terms)
    in_rules = (account for term in terms if isinstance(term, AccountIs) for account in term.ids)
    named = {organization.management_account, rollout.hub_account, *rollout.safety.protected_accounts, *in_rules}

    def alike(account: Account) -> Hashable:
        name = account.name if reads_names else ""
        own = account.id if account.id in named else AccountId("")
        return account.ou, account.state, name, own, *map(account.tags.get, tags)

    return alike


def selectors_of(rollout: Rollout) -> Iterator[Selector]:
    """Of all that decides what accounts get; waves only decide when."""
    yield from (rule.where for rule in rollout.rules)
    yield from (rule.where for role in rollout.roles.values() for rule in role.existing)
