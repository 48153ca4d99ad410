"""The accounts that rollout.yaml names: in the organization, and active."""

from collections.abc import Iterator
from typing import assert_never

from orchestrator.doctor.facts import Facts
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Account
from orchestrator.model.rollout import Rollout
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
    Selector,
    Tagged,
)
from orchestrator.selection.likeness import selectors_of
from orchestrator.selection.references import check_references

LISTED = "`orchestrator discover` lists the accounts and their states."


def check_hub(facts: Facts) -> Verdict:
    organization, hub = facts.organization(), facts.tools.rollout.hub_account
    if hub is None:
        return ok("rollout.yaml has no hub roles.")
    account = organization.accounts.get(hub)
    if account is None:
        return fail(f"the hub account {hub} is not in organization {organization.id}.", f"Correct roles.*.account. {LISTED}")
    if not account.is_active:
        return fail(f"the hub account {hub} is {account.state}: nothing can be trusted to it.", f"Choose another hub. {LISTED}")
    return ok(f"{hub} ({account.name}) is ACTIVE.")


def check_named_accounts(facts: Facts) -> Verdict:
    """As `plan` refuses them; protected accounts, which it passes over, too."""
    organization, rollout = facts.organization(), facts.tools.rollout
    if problems := check_references(rollout, organization):
        return fail("; ".join(f"{problem.where}: {problem.message}" for problem in problems), problems[0].remedy)
    named = dict.fromkeys((*named_accounts(rollout), *rollout.safety.protected_accounts))
    missing = [account for account in named if account not in organization.accounts]
    if missing:
        return warn(f"protected, but not in organization {organization.id}: {', '.join(missing)}.", f"Correct their ids. {LISTED}")
    idle = [account for account in map(organization.accounts.__getitem__, named) if not account.is_active]
    if idle:
        return warn(f"named, and never changed while they are not ACTIVE: {states(idle)}.", LISTED)
    return ok(f"{counted(len(named), 'account')} named in rollout.yaml, all there and ACTIVE.")


def states(accounts: list[Account]) -> str:
    return ", ".join(f"{account.id} is {account.state}" for account in accounts)


def named_accounts(rollout: Rollout) -> Iterator[AccountId]:
    """Those that rules, roles and waves name by id."""
    wheres = (*selectors_of(rollout), *(wave.where for wave in rollout.pace.waves))
    for where in wheres:
        if where is not None:
            yield from accounts_in(where)


def accounts_in(selector: Selector) -> Iterator[AccountId]:
    match selector:
        case AccountIs(ids):
            yield from ids
        case AllOf(terms) | AnyOf(terms):
            for term in terms:
                yield from accounts_in(term)
        case Not(term):
            yield from accounts_in(term)
        case Everyone() | Hub() | InOrganizationalUnit() | Management() | NameLike() | Tagged():
            return
        case _:
            assert_never(selector)
