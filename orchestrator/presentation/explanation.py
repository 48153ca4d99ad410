"""Why one account gets what it gets: each group set with its rules, the roles, what is withheld, and whether it is excluded."""

from collections.abc import Iterable, Mapping

from orchestrator.model.assignment import Assignment
from orchestrator.model.organization import Account
from orchestrator.planning.blocking import Blockages
from orchestrator.planning.deployed_roles import DeployedRole
from orchestrator.presentation.blockages import blockage_lines
from orchestrator.presentation.deployed_roles import roles_lines
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.words import cite, listed, sourced


def explanation_text(
    account: Account,
    assignment: Assignment,
    rules: Mapping[str, str],
    page: Page,
    roles: Iterable[DeployedRole] = (),
    blocked: Blockages = None,
) -> str:
    """``rules`` maps the name of a rule to its ``file:line:column``; ``roles`` are those the account gets."""
    about = f"{account.id} {account.name} in {account.ou}, {account.state}"
    tags = "  ".join(f"{key}={value}" for key, value in sorted(account.tags.items()))
    return text_of(
        sections(
            [*page.wrap(about, rest="    ", tone=Tone.TITLE), *page.wrap(tags, "  ")],
            exclusion_lines(assignment, rules, page),
            granted_lines(assignment, rules, page),
            roles_lines(roles, page),
            existing_lines(assignment, page),
            withheld_lines(assignment, rules, page),
            blockage_lines(blocked, page),
        )
    )


def exclusion_lines(assignment: Assignment, rules: Mapping[str, str], page: Page) -> list[str]:
    if assignment.excluded is None:
        return []
    why = f"Excluded, never changed: {sourced(assignment.excluded, rules)}. What it holds stays, and no rule reaches it."
    return page.wrap(why, rest="    ", tone=Tone.CAREFUL)


def granted_lines(assignment: Assignment, rules: Mapping[str, str], page: Page) -> list[str]:
    if not assignment.grants:
        return [] if assignment.excluded else ["No rule grants it anything."]
    rows = [(grant.group_set, listed([cite(rule, rules) or rule for rule in grant.because])) for grant in assignment.grants]
    return [page.paint("Granted", Tone.TITLE), *page.table(rows)]


def existing_lines(assignment: Assignment, page: Page) -> list[str]:
    """Roles that others made there: by which line of rollout.yaml, and what becomes of them."""
    if assignment.excluded is not None or not assignment.existing:
        return []
    rows = [(kind, f"{rule.description} ({rule.location})") for kind, rule in assignment.existing.items()]
    return [page.paint("Roles that exist already", Tone.TITLE), *page.table(rows)]


def withheld_lines(assignment: Assignment, rules: Mapping[str, str], page: Page) -> list[str]:
    if not assignment.withheld:
        return []
    rows = [(held.group_set, sourced(held.because, rules)) for held in assignment.withheld]
    return [page.paint("Not granted", Tone.TITLE), *page.table(rows)]
