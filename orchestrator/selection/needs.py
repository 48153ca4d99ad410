"""Group sets that are granted without those they need beside them in the same account: allowed, and worth a warning."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from orchestrator.model.assignment import Assignment
from orchestrator.model.catalog import Catalog
from orchestrator.model.counts import counted, some_of
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.rollout import AllPermanent, GroupSets, Rollout, Rule

SHOWN = 3
"""Accounts a warning names before it counts the rest."""


def named(sets: GroupSets, catalog: Catalog) -> tuple[GroupSetName, ...]:
    """The group sets a rule names; ``all`` names every permanent one."""
    match sets:
        case AllPermanent():
            return tuple(name for name, group_set in catalog.group_sets.items() if not group_set.temporary)
        case _:
            return sets


def needs_no_rule_grants(rollout: Rollout, catalog: Catalog) -> tuple[str, ...]:
    """One warning per rule and group set that needs what no rule grants at all. Needs no organization."""
    granted = {name for rule in rollout.rules for name in named(rule.grant, catalog)}
    return tuple(
        f"{place(rule)} grants {name} without {' and '.join(lacking)}, which it needs. Grant both."
        for rule in rollout.rules
        for name in named(rule.grant, catalog)
        if (lacking := [needed for needed in catalog.group_sets[name].needs if needed not in granted])
    )


def place(rule: Rule) -> str:
    return f'{rule.location}: rule "{rule.name}"'.removeprefix(": ")


def unmet_needs(assignments: Iterable[Assignment], catalog: Catalog) -> tuple[str, ...]:
    """One warning per group set and what it lacks, with the accounts and the rules that grant it."""
    found: dict[tuple[GroupSetName, GroupSetName], dict[AccountId, tuple[str, ...]]] = defaultdict(dict)
    for share in assignments:
        granted = {grant.group_set for grant in share.grants}
        for grant in share.grants:
            for needed in set(catalog.group_sets[grant.group_set].needs) - granted:
                found[grant.group_set, needed][share.account] = grant.because
    return tuple(
        f"{name} is granted without {needed}, which it needs, in {accounts_in_words(accounts)}, by {rules_in_words(accounts)}. Grant both."
        for (name, needed), accounts in sorted(found.items())
    )


def accounts_in_words(accounts: Mapping[AccountId, object]) -> str:
    return f"{counted(len(accounts), 'account')} ({some_of(sorted(accounts), 'account', SHOWN)})"


def rules_in_words(accounts: Mapping[AccountId, tuple[str, ...]]) -> str:
    rules = dict.fromkeys(rule for because in accounts.values() for rule in because)
    return " and ".join(f'"{rule}"' for rule in rules)
