"""An organization as a tree: units with the number of accounts in and below them, accounts with state and tags."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from orchestrator.model.counts import counted
from orchestrator.model.organization import ROOT_PATH, Account, Organization
from orchestrator.presentation.page import Page, Tone, text_of

UNKNOWN_ADMINISTRATORS = (
    "Which accounts are delegated administrators for StackSets is not known: the caller lacks organizations:ListDelegatedAdministrators."
)


def organization_text(organization: Organization, page: Page, calls: Mapping[str, int] | None = None) -> str:
    """The whole tree, names in order, and how many calls it took to read it."""
    units = [ROOT_PATH, *(unit.path for unit in organization.organizational_units)]
    paths = sorted({*units, *(account.ou for account in organization.accounts.values())} | {ROOT_PATH}, key=lambda path: path.split("/"))
    inside = accounts_by_path(organization)
    below = counts_below(organization)
    tree = [line for path in paths for line in unit_lines(path, inside.get(path, []), below[path], organization, page)]
    unknown = page.wrap(UNKNOWN_ADMINISTRATORS, tone=Tone.CAREFUL) if organization.delegated_administrators is None else []
    return text_of([*tree, "", *page.wrap(conclusion(organization, calls or {})), *unknown])


def accounts_by_path(organization: Organization) -> Mapping[str, list[Account]]:
    found: dict[str, list[Account]] = defaultdict(list)
    for account in sorted(organization.accounts.values(), key=lambda account: (account.name, account.id)):
        found[account.ou].append(account)
    return found


def counts_below(organization: Organization) -> Counter[str]:
    """Accounts in each unit and below it."""
    counts: Counter[str] = Counter()
    for account in organization.accounts.values():
        parts = [part for part in account.ou.split("/") if part]
        counts.update(["/", *("/" + "/".join(parts[: level + 1]) for level in range(len(parts)))])
    return counts


def unit_lines(path: str, accounts: list[Account], below: int, organization: Organization, page: Page) -> list[str]:
    depth = 0 if path == ROOT_PATH else path.count("/")
    name = f"{organization.id} /" if path == ROOT_PATH else path.rsplit("/", 1)[-1] + "/"
    indent = "  " * depth
    title = page.wrap(f"{name} ({counted(below, 'account')})", indent, indent + "    ", tone=Tone.TITLE)
    return [*title, *(line for account in accounts for line in account_lines(account, organization, indent + "  ", page))]


def account_lines(account: Account, organization: Organization, indent: str, page: Page) -> list[str]:
    marks = [account.state.value] if not account.is_active else []
    marks += ["management account"] if account.id == organization.management_account else []
    marks += ["delegated administrator"] if account.id in (organization.delegated_administrators or ()) else []
    tags = " ".join(f"{key}={value}" for key, value in sorted(account.tags.items()))
    text = "  ".join(filter(None, (f"{account.id} {account.name}", f"[{', '.join(marks)}]" if marks else "", tags)))
    return page.wrap(text, indent, indent + "    ", tone=None if account.is_active else Tone.QUIET)


def conclusion(organization: Organization, calls: Mapping[str, int]) -> str:
    states = Counter(account.state.value for account in organization.accounts.values())
    count = ", ".join(f"{number:,} {state}" for state, number in states.most_common())
    units = counted(len(organization.organizational_units), "organizational unit")
    read = f" Read with {counted(sum(calls.values()), 'call')}." if calls else ""
    return f"{counted(len(organization.accounts), 'account')} in {units}" + (f": {count}." if count else ".") + read
