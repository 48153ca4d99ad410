"""Whether a selector matches an account, and whether it names the management account."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import assert_never

from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Account, Organization, is_below
from orchestrator.model.selectors import (
    AccountIs,
    AllOf,
    AnyOf,
    Everyone,
    Hub,
    InOrganizationalUnit,
    Management,
    NameLike,
    Not,
    PlainSelector,
    Selector,
    Tagged,
)


@dataclass(frozen=True, slots=True)
class Places:
    """The accounts and units that selectors refer to."""

    organization: Organization
    hub: AccountId | None

    def is_management(self, account: AccountId) -> bool:
        """Whether this is the organization's management account."""
        return account == self.organization.management_account


def is_match(selector: Selector, account: Account, places: Places) -> bool:  # noqa: C901 - one case per member of the union
    """Whether the selector matches. An organizational unit that does not exist matches nothing."""
    match selector:
        case Everyone():
            return True
        case Hub():
            return account.id == places.hub
        case Management():
            return places.is_management(account.id)
        case InOrganizationalUnit(ou):
            path = places.organization.path_of(ou)
            return path is not None and is_below(account.ou, path)
        case AccountIs(ids):
            return account.id in ids
        case NameLike(pattern):
            return is_like(account.name, pattern)
        case Tagged(tags):
            return all(key in account.tags and is_like(account.tags[key], glob) for key, glob in tags.items())
        case AllOf(terms):
            return all(is_match(term, account, places) for term in terms)
        case AnyOf(terms):
            return any(is_match(term, account, places) for term in terms)
        case Not(term):
            return not is_match(term, account, places)
        case _:
            assert_never(selector)


def is_like(text: str, pattern: str) -> bool:
    """Whether the whole text matches, case included. Only * and ? are special; brackets are literal."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def is_naming_management(selector: Selector, places: Places) -> bool:
    """Whether a positive term that matches the management account says ``management`` or its id.

    Of alternatives, one that names it counts only if it is one that matches. ``hub`` counts when the hub is the management
    account: rollout.yaml names its id there.
    """
    match selector:
        case Management():
            return True
        case Hub():
            return places.hub == places.organization.management_account
        case AccountIs(ids):
            return places.organization.management_account in ids
        case AllOf(terms):
            return any(is_naming_management(term, places) for term in terms)
        case AnyOf(terms):
            account = places.organization.accounts.get(places.organization.management_account)
            return account is not None and any(is_naming_management(term, places) for term in terms if is_match(term, account, places))
        case Everyone() | InOrganizationalUnit() | NameLike() | Tagged() | Not():
            return False
        case _:
            assert_never(selector)


def tags_in(selector: Selector) -> frozenset[str]:
    """The keys of all tags a selector looks at, at any depth."""
    return frozenset(key for term in plain_terms(selector) if isinstance(term, Tagged) for key in term.tags)


def units_in(selector: Selector) -> frozenset[str]:
    """The organizational units a selector names, at any depth: paths and ids."""
    return frozenset(term.ou for term in plain_terms(selector) if isinstance(term, InOrganizationalUnit))


def plain_terms(selector: Selector) -> Iterator[PlainSelector]:
    """What a selector is made of, at any depth."""
    match selector:
        case AllOf(terms) | AnyOf(terms):
            yield from (plain for term in terms for plain in plain_terms(term))
        case Not(term):
            yield from plain_terms(term)
        case _:
            yield selector
