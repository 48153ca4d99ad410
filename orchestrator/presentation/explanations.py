"""Why every account gets what it gets: those that get the same together, and where they are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from orchestrator.model.assignment import Selection
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.organization import Organization
from orchestrator.model.plan import ExcludedAccount, Target
from orchestrator.planning.deployed_roles import DeployedRole
from orchestrator.planning.summary import withheld_sets
from orchestrator.presentation.deployed_roles import role_set_json, roles_lines
from orchestrator.presentation.exclusions import excluded_lines, withheld_lines
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.places import where
from orchestrator.presentation.results_json import Json, assignment_json

Alike = Mapping[tuple[GroupSetName, ...], tuple[AccountId, ...]]


def explanations_text(
    organization: Organization, selection: Selection, rules: Mapping[str, str], page: Page, roles: Iterable[DeployedRole]
) -> str:
    """``rules`` maps the name of a rule to its ``file:line:column``; ``roles`` are those that some account gets."""
    excluded = [ExcludedAccount(share.account, share.excluded) for share in selection.assignments.values() if share.excluded is not None]
    alike = alike_in(selection)
    return text_of(
        sections(
            [line for warning in selection.warnings for line in page.wrap(f"warning: {warning}", "", "  ", tone=Tone.CAREFUL)],
            granted_lines(organization, alike, page),
            roles_lines(roles, page),
            existing_lines(selection, page),
            withheld_lines(withheld_sets(selection), rules, page),
            excluded_lines(excluded, page),
            page.wrap(conclusion(organization, alike), tone=Tone.TITLE),
        )
    )


def alike_in(selection: Selection) -> Alike:
    """The accounts that get something, by what they get; the most accounts first."""
    found: dict[tuple[GroupSetName, ...], list[AccountId]] = defaultdict(list)
    for account in selection.assignments:
        if granted := tuple(sorted(selection.granted(account))):
            found[granted].append(account)
    return {sets: tuple(accounts) for sets, accounts in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))}


def granted_lines(organization: Organization, alike: Alike, page: Page) -> list[str]:
    known = organization.accounts
    lines: list[str] = []
    for sets, accounts in alike.items():
        targets = {account: Target(account, known[account].name, known[account].ou, known[account].state) for account in accounts}
        title = f"{counted(len(accounts), 'account')}: {', '.join(sets)}"
        lines += [*page.wrap(title, "  ", "    "), *page.flow(where(accounts, targets), "      ")]
    return [page.paint("Granted", Tone.TITLE), *lines] if lines else []


def existing_lines(selection: Selection, page: Page) -> list[str]:
    """Roles that others made, counted by what rollout.yaml says of them."""
    found = Counter(
        (kind, f"{rule.description} ({rule.location})")
        for share in selection.assignments.values()
        if share.excluded is None
        for kind, rule in share.existing.items()
    )
    rows = [(f"{counted(count, 'account')}: role {kind}", words) for (kind, words), count in found.items()]
    return [page.paint("Roles that exist already", Tone.TITLE), *page.table(rows)] if rows else []


def conclusion(organization: Organization, alike: Alike) -> str:
    grants = counted(sum(len(sets) * len(accounts) for sets, accounts in alike.items()), "grant")
    holders = sum(map(len, alike.values()))
    return f"{grants} to {holders:,} of {counted(len(organization.accounts), 'account')}. `explain ACCOUNT` shows one in full."


def explanations_json(organization: Organization, selection: Selection, roles: Iterable[DeployedRole]) -> Json:
    """``accounts`` as ``explain`` shows one, without its roles, which stand once."""
    return {
        "roles": [role_set_json(role) for role in roles],
        "accounts": account_rows(organization, selection),
        "warnings": selection.warnings,
    }


def account_rows(organization: Organization, selection: Selection) -> Iterator[Json]:
    return (assignment_json(account, selection.assignments[account.id]) for account in organization.accounts.values())
