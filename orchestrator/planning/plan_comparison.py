"""Compares two plans of one rollout."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TypeVar

from orchestrator.errors import RefusedError
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.names import group_set_of
from orchestrator.model.part import Part
from orchestrator.model.plan import Plan
from orchestrator.model.plan_difference import ChangeDifference, Entry, Intention, PlanDifference, Standing, Texts
from orchestrator.model.selectors import notation_of
from orchestrator.model.state import State, Unit
from orchestrator.planning.ends import compare_ends, end_of

V = TypeVar("V")


def compare_plans(before: Plan, after: Plan) -> PlanDifference:
    """Raises RefusedError for plans of two organizations (``another_organization``) or two rollouts (``another_rollout``)."""
    refuse_strangers(before, after)
    permissions, roles = compare_ends(before, after)
    return PlanDifference(
        settings=entries(settings(before), settings(after)),
        summary=entries(asdict(before.summary), asdict(after.summary)),
        overrides=texts(before.header.overrides, after.header.overrides),
        violations=texts(*(tuple(f"{found.kind}: {found.message}" for found in plan.violations) for plan in (before, after))),
        notices=texts(before.notices, after.notices),
        warnings=texts(before.warnings, after.warnings),
        rules=texts(before.rules, after.rules),
        temporary=entries_by_account(temporary(before), temporary(after)),
        permissions=permissions,
        roles=roles,
        changes=changes(before, after),
        waves=tuple(found for found in entries_by_account(waves(before), waves(after)) if found.before and found.after),
        excluded=entries_by_account(excluded(before), excluded(after)),
        withheld=entries_by_account(withheld(before), withheld(after)),
        targets=tuple(found for found in entries_by_account(targets(before), targets(after)) if found.before and found.after),
    )


def refuse_strangers(before: Plan, after: Plan) -> None:
    old, new = before.header, after.header
    remedy = "Compare plans that were made with one rollout.yaml, in one organization."
    if old.organization != new.organization:
        message = f"the plans are of two organizations: {new.organization}, and {old.organization} to compare it with."
        raise RefusedError(message, kind="another_organization", remedy=remedy)
    if (old.prefix, old.home_region) != (new.prefix, new.home_region):
        named = (f'"{header.prefix}" in {header.home_region}' for header in (new, old))
        raise RefusedError(
            f"the plans are of two rollouts: {', and '.join(named)} to compare it with.", kind="another_rollout", remedy=remedy
        )


def settings(plan: Plan) -> Mapping[str, str]:
    """By their names in the files."""
    header, part = plan.header, plan.narrowing.part if plan.narrowing else Part()
    waves = (
        (wave.name, json.dumps(notation_of(wave.where), ensure_ascii=False) if wave.where else "", wave.percent)
        for wave in header.pace.waves
    )
    return {
        "purpose": header.purpose,
        "because": header.because,
        "profile": header.profile,
        "accounts": str(header.accounts),
        "narrowed_to": ", ".join((*part.accounts, *part.units, *part.group_sets)),
        "management_account": header.management_account,
        "hub": header.hub or "",
        "sensitive_actions": ", ".join(header.sensitive_actions),
        "call_as": header.call_as,
        "waves": "; ".join(" ".join(filter(None, (name, where, f"{percent}%" if percent else ""))) for name, where, percent in waves),
        "max_concurrent_percent": str(header.pace.max_concurrent_percent),
        "failure_tolerance_percent": str(header.pace.failure_tolerance_percent),
    }


def changes(before: Plan, after: Plan) -> tuple[ChangeDifference, ...]:
    """By StackSet; what only the later plan does comes before what only the earlier one did."""
    group_sets = {change.stack_set: change.group_set for plan in (before, after) for change in plan.changes}
    end, found = end_of(before), entries_by_account(intentions(before), intentions(after))
    rows = (
        ChangeDifference(name, group_sets[name], entry.before, entry.after, is_done, accounts)
        for entry in found
        for name in (StackSetName(entry.subject),)
        for is_done, accounts in parts_of(entry, end, after.observed)
    )
    return tuple(sorted(rows, key=lambda row: (row.after is None, row.before is not None, row.is_done)))


def intentions(plan: Plan) -> Mapping[tuple[str, AccountId], Intention]:
    return {
        (row.stack_set, account): intention
        for row in plan.changes
        for intention in (Intention(row.change, row.because),)
        for account in row.accounts
    }


def parts_of(entry: Entry[Intention], end: State, seen: State) -> Iterator[tuple[bool, tuple[AccountId, ...]]]:
    """The accounts in which the later plan does nothing and saw it done, and the others; ``end`` is where the earlier one leads."""
    there, left = (tuple(unit for place, unit in state.items() if place.name == entry.subject) for state in (seen, end))
    done = {account for account in entry.accounts if entry.after is None and deployed(there, account) == deployed(left, account)}
    parts = (
        (True, tuple(account for account in entry.accounts if account in done)),
        (False, tuple(account for account in entry.accounts if account not in done)),
    )
    yield from (part for part in parts if part[1])


def deployed(units: Iterable[Unit], account: AccountId) -> tuple[object, ...]:
    """What an account has there: its window, its definition and whether it was altered."""
    found = ((unit.definition, unit.instances[account]) for unit in units if account in unit.instances)
    return tuple((definition, instance, instance.is_altered) for definition, instance in found)


def temporary(plan: Plan) -> Mapping[tuple[str, AccountId], Standing]:
    opened = {
        (group_set_of(plan.header.prefix, step.place.name), account): step.window
        for step in plan.operations
        if step.window is not None
        for account in step.accounts
    }
    return {
        (grant.group_set, grant.account): Standing(
            grant.state, grant.window, opened.get((grant.group_set, grant.account)), grant.asked_for, grant.excluded
        )
        for grant in plan.temporary
    }


def waves(plan: Plan) -> Mapping[tuple[str, AccountId], str]:
    """The first wave that changes each account."""
    return {("", account): step.wave for step in reversed(plan.operations) for account in step.accounts}


def excluded(plan: Plan) -> Mapping[tuple[str, AccountId], str]:
    return {("", found.account): found.because for found in plan.excluded}


def withheld(plan: Plan) -> Mapping[tuple[str, AccountId], str]:
    return {(row.group_set or "", account): row.because for row in plan.withheld for account in row.accounts}


def targets(plan: Plan) -> Mapping[tuple[str, AccountId], str]:
    return {("", target.account): f"{target.name} in {target.ou}, {target.state}" for target in plan.targets}


def texts(before: Iterable[str], after: Iterable[str]) -> Texts:
    old, new = dict.fromkeys(before), dict.fromkeys(after)
    return Texts(tuple(text for text in old if text not in new), tuple(text for text in new if text not in old))


def entries(before: Mapping[str, V], after: Mapping[str, V]) -> tuple[Entry[V], ...]:
    return tuple(Entry(name, before.get(name), after.get(name)) for name in after if before.get(name) != after.get(name))


def entries_by_account(before: Mapping[tuple[str, AccountId], V], after: Mapping[tuple[str, AccountId], V]) -> tuple[Entry[V], ...]:
    """Accounts in which the plans say the same two things of a subject stand together."""
    found: dict[tuple[str, V | None, V | None], list[AccountId]] = defaultdict(list)
    for subject, account in sorted(key for key in {*before, *after} if before.get(key) != after.get(key)):
        found[subject, before.get((subject, account)), after.get((subject, account))].append(account)
    return tuple(Entry(subject, old, new, tuple(accounts)) for (subject, old, new), accounts in found.items())
