"""Reports organizational units and accounts in rollout.yaml that do not exist, with near names."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from orchestrator.errors import Problem
from orchestrator.model.identifiers import EACH_ACCOUNT, OF_AWS, AccountId, account_in
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.organization import Extent, Organization
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import CallAs, Rollout
from orchestrator.model.selectors import AccountIs, InOrganizationalUnit, Selector
from orchestrator.selection.likeness import selectors_of
from orchestrator.selection.matching import plain_terms, tags_in, units_in


def check_references(rollout: Rollout, organization: Organization) -> tuple[Problem, ...]:
    """Every name in scope, rules, waves and roles that the organization does not know."""
    problems: list[Problem] = []
    for ou in rollout.scope:
        problems += check_selector(InOrganizationalUnit(ou), organization, place(rollout, "organization.scope"))
    for rule in rollout.rules:
        problems += check_selector(rule.where, organization, rule.location or f'rule "{rule.name}"')
    for kind, role in rollout.roles.items():
        for existing in role.existing:
            problems += check_selector(existing.where, organization, existing.location or f"roles.{kind}.existing")
    for wave in rollout.pace.waves:
        if wave.where is not None:
            found = check_selector(wave.where, organization, place(rollout, "rollout.waves"))
            problems += (replace(problem, message=f'wave "{wave.name}": {problem.message}') for problem in found)
    if rollout.hub_account is not None:
        problems += check_selector(AccountIs((rollout.hub_account,)), organization, place(rollout, "roles"))
    return (*problems, *check_management(rollout, organization.management_account))


def extent_of(rollout: Rollout) -> Extent:
    """What a rollout needs to know of its organization: the units that scope, rules, roles and waves name, and tags only if some of them
    chooses by tags. Delegated administrators are asked for where only they may work on StackSets.
    """
    selectors = (*selectors_of(rollout), *(wave.where for wave in rollout.pace.waves if wave.where is not None))
    return Extent(
        units=frozenset(rollout.scope).union(*map(units_in, selectors)),
        has_tags=any(map(tags_in, selectors)),
        has_administrators=rollout.call_as is CallAs.DELEGATED_ADMIN,
    )


def check_management(rollout: Rollout, management: AccountId) -> Iterator[Problem]:
    """ARNs that must be in the management account: access.management_role_arn and the discovery role's boundary."""
    arn = rollout.access.management_role_arn
    if arn is not None and account_in(arn) != management:
        message = f"access.management_role_arn is a role in account {account_in(arn)}; the management account is {management}."
        yield Problem(place(rollout, "access.management_role_arn"), message, f"Name a role in {management}, or remove it.")
    role = rollout.roles.get(RoleKind.DISCOVERY)
    bounding = account_in(role.permissions_boundary) if role and role.permissions_boundary else OF_AWS
    if bounding not in (management, OF_AWS, EACH_ACCOUNT):
        message = f"roles.discovery.permissions_boundary: a policy of account {bounding} cannot bound a role in account {management}."
        yield Problem(place(rollout, "roles.discovery"), message, f"Name a policy of {management}, or write {EACH_ACCOUNT} for the id.")


def place(rollout: Rollout, key: str) -> str:
    return rollout.places.get(key, key)


def check_selector(selector: Selector, organization: Organization, where: str) -> Iterator[Problem]:
    for term in plain_terms(selector):
        match term:
            case InOrganizationalUnit(ou) if organization.path_of(ou) is None:
                known = [unit.id if ou.startswith("ou-") else unit.path for unit in organization.organizational_units]
                yield unknown("organizational unit", ou, known, where)
            case AccountIs(ids):
                absent = (account for account in ids if account not in organization.accounts)
                yield from (unknown("account", account, organization.accounts, where) for account in absent)
            case _:
                pass


def unknown(kind: str, name: str, known: Iterable[str], where: str) -> Problem:
    remedy = did_you_mean(name, known, "`discover` lists what there is.")
    return Problem(where, f'{kind} "{name}" does not exist in this organization.', remedy)
