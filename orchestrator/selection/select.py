"""Rules over an organization become assignments. Order does not matter: exclude beats withhold beats grant."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace

from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.assignment import Assignment, Grant, Selection, Withheld
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.organization import Account, Organization, is_below
from orchestrator.model.roles import ExistingRole, Handling, RoleKind
from orchestrator.model.rollout import AllPermanent, Rollout, Rule
from orchestrator.selection.likeness import likeness
from orchestrator.selection.matching import Places, is_match
from orchestrator.selection.needs import named, unmet_needs
from orchestrator.selection.placement import is_fit, refusal
from orchestrator.selection.references import check_references

PROTECTED = "protected account"


def select(rollout: Rollout, catalog: Catalog, organization: Organization) -> Selection:
    """Decide for every account of the organization.

    Raises ConfigurationError, listing every problem, when a name does not exist or a rule can never take effect.
    """
    places = Places(organization, rollout.hub_account)
    matched = {rule.name: matches(rule, places) for rule in rollout.rules}
    problems = (*check_references(rollout, organization), *check_effects(rollout.rules, catalog, matched, places))
    if problems:
        raise ConfigurationError(problems)
    assignments = assign_all(rollout, catalog, places)
    warnings = (
        *warn_of_idle_rules(rollout.rules, matched),
        *warn_of_idle_lines(rollout, places),
        *warn_of_strangers(rollout, organization),
        *warn_of_hub(rollout, assignments),
        *unmet_needs(assignments.values(), catalog),
    )
    return Selection(assignments, warnings)


def matches(rule: Rule, places: Places) -> tuple[Account, ...]:
    return tuple(account for account in places.organization.accounts.values() if is_match(rule.where, account, places))


def assign_all(rollout: Rollout, catalog: Catalog, places: Places) -> Mapping[AccountId, Assignment]:
    """By account; decided once for all that no rule can tell apart."""
    alike, decided, found = likeness(rollout, places.organization), dict[Hashable, Assignment](), dict[AccountId, Assignment]()
    for account in places.organization.accounts.values():
        if (share := decided.get(key := alike(account))) is None:
            share = decided[key] = assign(account, rollout, catalog, places)
        found[account.id] = replace(share, account=account.id)
    return found


def assign(account: Account, rollout: Rollout, catalog: Catalog, places: Places) -> Assignment:
    """One account's share of the rules."""
    rules = [rule for rule in rollout.rules if is_match(rule.where, account, places)]
    if reason := reason_to_exclude(account, rules, rollout, places):
        return Assignment(account.id, excluded=reason)
    granted, refused = grant(account.id, rules, rollout, catalog, places)
    existing = existing_roles(account, rollout, places)
    reasons = {**left(granted, existing, rollout, catalog), **withhold(rules, catalog)}
    withheld = {name: why for name, why in reasons.items() if is_fit(catalog.group_sets[name], account.id, places)}
    grants = tuple(Grant(name, tuple(by)) for name, by in sorted(granted.items()) if name not in withheld)
    skipped = {name: reason for name, reason in refused.items() if name not in granted}
    refusals = tuple(Withheld(name, why) for name, why in sorted({**skipped, **withheld}.items()))
    return Assignment(account.id, grants, refusals, existing=existing)


def existing_roles(account: Account, rollout: Rollout, places: Places) -> Mapping[RoleKind, ExistingRole]:
    """The roles that others made in the account, as rollout.yaml says: leave beats attach."""
    found: dict[RoleKind, ExistingRole] = {}
    for kind, role in rollout.roles.items():
        matching = [rule for rule in role.existing if is_match(rule.where, account, places)]
        if matching:
            found[kind] = next((rule for rule in matching if rule.handling is Handling.LEAVE), matching[0])
    return found


def left(
    granted: Iterable[GroupSetName], existing: Mapping[RoleKind, ExistingRole], rollout: Rollout, catalog: Catalog
) -> Mapping[GroupSetName, str]:
    """Group sets of a role that is left to its maker, with the reason; temporary ones may not be asked for by name either."""
    kinds = {name: catalog.group_sets[name].role for name in (*granted, *catalog.temporary_sets())}
    return {
        name: f"role {rollout.roles[kind].name} exists there already, {existing[kind].description}"
        for name, kind in kinds.items()
        if kind in existing and existing[kind].handling is Handling.LEAVE
    }


def reason_to_exclude(account: Account, rules: Iterable[Rule], rollout: Rollout, places: Places) -> str | None:
    """Why the account is never changed, the strongest reason first, or None."""
    if reason := reason_of_rollout(account, rules, rollout, places):
        return reason
    return None if account.is_active else f"state is {account.state}"


def reason_of_rollout(account: Account, rules: Iterable[Rule], rollout: Rollout, places: Places) -> str | None:
    """Why rollout.yaml excludes the account, whatever its state."""
    if excluding := [rule for rule in rules if rule.exclude]:
        return "; ".join(explain(rule) for rule in excluding)
    scopes = (places.organization.path_of(ou) for ou in rollout.scope)
    if not any(scope is not None and is_below(account.ou, scope) for scope in scopes):
        return f"outside the scope ({', '.join(rollout.scope)})"
    return PROTECTED if account.id in rollout.safety.protected_accounts else None


def chosen_exclusion(account: AccountId, rollout: Rollout, organization: Organization) -> str | None:
    """Why rollout.yaml excludes an account; of one that is not in the organization only its protection is known."""
    known, places = organization.accounts.get(account), Places(organization, rollout.hub_account)
    if known is None:
        return PROTECTED if account in rollout.safety.protected_accounts else None
    return reason_of_rollout(known, [rule for rule in rollout.rules if is_match(rule.where, known, places)], rollout, places)


def grant(
    account: AccountId, rules: Iterable[Rule], rollout: Rollout, catalog: Catalog, places: Places
) -> tuple[dict[GroupSetName, list[str]], dict[GroupSetName, str]]:
    """Group sets granted with the rules that do so, and those that a rule names but that cannot live in this account."""
    granted: dict[GroupSetName, list[str]] = {}
    refused: dict[GroupSetName, str] = {}
    for rule in rules:
        for name in named(rule.grant, catalog):
            if isinstance(rule.grant, AllPermanent) and catalog.group_sets[name].role not in rollout.roles:
                continue
            why = refusal(catalog.group_sets[name], account, rule, places)
            if why is None:
                granted.setdefault(name, []).append(rule.name)
            elif not isinstance(rule.grant, AllPermanent):
                refused[name] = f"{rule.name}: {why}"
    return granted, refused


def withhold(rules: Iterable[Rule], catalog: Catalog) -> Mapping[GroupSetName, str]:
    """Group sets that a rule holds back, with the reason. Withholding ``all`` holds back temporary sets too."""
    held: dict[GroupSetName, list[str]] = {}
    for rule in rules:
        everything = isinstance(rule.withhold, AllPermanent)
        for name in catalog.group_sets if everything else named(rule.withhold, catalog):
            held.setdefault(name, []).append(explain(rule))
    return {name: "; ".join(reasons) for name, reasons in held.items()}


def explain(rule: Rule) -> str:
    return f"{rule.name}: {rule.because}" if rule.because else rule.name


def check_effects(
    rules: Iterable[Rule], catalog: Catalog, matched: Mapping[str, tuple[Account, ...]], places: Places
) -> tuple[Problem, ...]:
    """A rule none of whose accounts can take a set it grants is an error."""
    return tuple(
        Problem(
            rule.location or f'rule "{rule.name}"',
            f'none of its accounts ({len(matched[rule.name])}) can take "{name}": {why}.',
            "Correct the selector, or take the set out of the rule.",
        )
        for rule in rules
        if matched[rule.name] and not isinstance(rule.grant, AllPermanent)
        for name in rule.grant
        if (why := unanimous_refusal(name, rule, catalog, matched[rule.name], places))
    )


def unanimous_refusal(name: GroupSetName, rule: Rule, catalog: Catalog, accounts: Iterable[Account], places: Places) -> str | None:
    """Why none of them can take it: of an account the set could live in when there is one, else of the first."""
    group_set = catalog.group_sets[name]
    by_account: dict[AccountId, str] = {}
    for account in accounts:
        if (why := refusal(group_set, account.id, rule, places)) is None:
            return None
        by_account[account.id] = why
    fitting = (why for account, why in by_account.items() if is_fit(group_set, account, places))
    return next(fitting, None) or next(iter(by_account.values()))


def warn_of_idle_rules(rules: Iterable[Rule], matched: Mapping[str, tuple[Account, ...]]) -> tuple[str, ...]:
    return tuple(f'{rule.location}: rule "{rule.name}" matches no account.'.removeprefix(": ") for rule in rules if not matched[rule.name])


def warn_of_idle_lines(rollout: Rollout, places: Places) -> tuple[str, ...]:
    """Lines about roles that exist already, of no account."""
    accounts = places.organization.accounts.values()
    lines = [(kind, rule) for kind, role in rollout.roles.items() for rule in role.existing]
    return tuple(
        f"{rule.location}: roles.{kind}.existing matches no account.".removeprefix(": ")
        for kind, rule in lines
        if not any(is_match(rule.where, account, places) for account in accounts)
    )


def warn_of_strangers(rollout: Rollout, organization: Organization) -> tuple[str, ...]:
    """A protected account may have left; or its id is mistyped, and the one that was meant is not protected."""
    strangers = [account for account in rollout.safety.protected_accounts if account not in organization.accounts]
    guesses = {account: did_you_mean(account, organization.accounts) for account in strangers}
    return tuple(f"safety.protected_accounts: {account} is not in this organization. {guesses[account]}".rstrip() for account in strangers)


def warn_of_hub(rollout: Rollout, assignments: Mapping[AccountId, Assignment]) -> tuple[str, ...]:
    """The roles that trust the hub wait for its roles, which are not created while its account is excluded."""
    hub = assignments.get(rollout.hub_account) if rollout.hub_account else None
    if hub is None or hub.excluded is None or not any(share.grants for share in assignments.values()):
        return ()
    return (f"the hub account {hub.account} is excluded ({hub.excluded}): nothing is granted there, and its roles are as they are.",)
