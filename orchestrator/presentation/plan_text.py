"""The plan as text: what must not be missed on top, what changes and by which rule, then how, then one line that sums up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import DeleteInstances, Operation, StopAutoDeployment
from orchestrator.model.plan import FORGET_COMMAND, ChangeKind, ExcludedAccount, Plan, Purpose, Target, WithheldSet
from orchestrator.planning.estimate import estimate
from orchestrator.presentation.grouping import ChangeGroup, Place, group_changes, group_excluded, group_places
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.plan_permissions import permission_lines, role_lines
from orchestrator.presentation.temporary import temporary_lines, unknown_uses
from orchestrator.presentation.words import expected_span, listed, moment, sourced

NAMED = 3
"""As many accounts of one place are named; more are counted."""

SIGNS: Mapping[ChangeKind, tuple[str, Tone]] = {
    ChangeKind.GRANT: ("+", Tone.GOOD),
    ChangeKind.REVOKE: ("-", Tone.BAD),
    ChangeKind.UPDATE: ("~", Tone.CAREFUL),
    ChangeKind.REPAIR: ("*", Tone.CAREFUL),
    ChangeKind.FORGET: ("x", Tone.BAD),
}

DIRECTIONS = {ChangeKind.GRANT: "to", ChangeKind.REVOKE: "from", ChangeKind.UPDATE: "in", ChangeKind.REPAIR: "in", ChangeKind.FORGET: "in"}

NOTHING = {
    Purpose.ROLLOUT: "{unchanged} as the rules want them{kept}.",
    Purpose.CLEANUP: "No temporary grant is {known}used or over{beyond}.",
    Purpose.DESTROY: "Nothing of this rollout is left that may be taken away.",
    Purpose.TEMPORARY_GRANT: "The grant is there already.",
    Purpose.FORGET: "The account holds nothing of this rollout.",
}


def plan_text(plan: Plan, page: Page) -> str:
    """Everything a reviewer needs; big plans are counted by rule and organizational unit, the plan file has every row."""
    targets = {target.account: target for target in plan.targets}
    return text_of(
        sections(
            heading_lines(plan, page),
            notice_lines(plan.notices, page),
            violation_lines(plan, page),
            warning_lines(plan.warnings, page),
            temporary_lines(plan.temporary, plan.header.created_at, page),
            role_lines(plan.roles, page),
            permission_lines(plan, page),
            change_lines(plan, targets, page),
            operation_lines(plan, page),
            excluded_lines(plan.excluded, page),
            withheld_lines(plan.withheld, plan.rules, page),
            page.wrap(summary_line(plan), tone=Tone.TITLE),
        )
    )


def heading_lines(plan: Plan, page: Page) -> list[str]:
    header = plan.header
    asked = "" if header.purpose is Purpose.ROLLOUT else f"{header.purpose} "
    first = f"Plan of {asked}rollout {header.prefix} (profile {header.profile}) in {header.organization}, made {moment(header.created_at)}"
    return [
        *page.wrap(first, rest="    "),
        *page.wrap(f"because: {header.because}" if header.because else "", "  ", "    "),
        *page.wrap(f"allowed on request: {listed(header.overrides)}" if header.overrides else "", "  ", "    "),
    ]


def notice_lines(notices: Sequence[str], page: Page) -> list[str]:
    return [line for notice in notices for line in page.wrap(f"! {notice}", "", "  ", tone=Tone.CAREFUL)]


def violation_lines(plan: Plan, page: Page) -> list[str]:
    if not plan.violations:
        return []
    title = page.paint(f"Refused: this plan cannot be applied ({counted(len(plan.violations), 'violation')})", Tone.BAD)
    return [title, *page.table([(violation.kind, violation.message) for violation in plan.violations], tone=Tone.BAD)]


def warning_lines(warnings: Sequence[str], page: Page) -> list[str]:
    return [line for warning in warnings for line in page.wrap(f"warning: {warning}", "", "  ", tone=Tone.CAREFUL)]


def change_lines(plan: Plan, targets: Mapping[AccountId, Target], page: Page) -> list[str]:
    groups = group_changes(plan)
    if not groups:
        return []
    return [page.paint("Changes", Tone.TITLE), *(line for group in groups for line in group_lines(group, plan, targets, page))]


def group_lines(group: ChangeGroup, plan: Plan, targets: Mapping[AccountId, Target], page: Page) -> list[str]:
    """What, for how many, by which rule; then where, in counts, small places by name."""
    sign, tone = SIGNS[group.change]
    many = counted(len(group.accounts), "account")
    what = f"{group.change} {', '.join(group.subjects)} {DIRECTIONS[group.change]} {many}"
    places = [row for place in group_places(group.accounts, targets) for row in place_rows(place, targets)]
    return [
        *page.wrap(what, f"  {sign} ", "      ", tone=tone),
        *page.wrap(f"because: {sourced(group.because, plan.rules)}" if group.because else "", "    ", "      "),
        *page.table(places, "      "),
    ]


def place_rows(place: Place, targets: Mapping[AccountId, Target]) -> list[tuple[str, str]]:
    """One row with the number of accounts, or as many rows as accounts are named."""
    name = f"{place.path or 'not found'}{' and below' if place.is_parent else ''}"
    if len(place.accounts) > NAMED:
        return [(name, counted(len(place.accounts), "account"))]
    accounts = [f"{account} {targets[account].name}" if account in targets else account for account in place.accounts]
    return [(name if number == 0 else "", account) for number, account in enumerate(accounts)]


def operation_lines(plan: Plan, page: Page) -> list[str]:
    if not plan.operations:
        return []
    waves: dict[str, list[Operation]] = {}
    for operation in plan.operations:
        waves.setdefault(operation.wave, []).append(operation)
    time = page.wrap(expected_span(estimate(plan.operations, plan.header.pace)), "  ")
    return [page.paint("Operations", Tone.TITLE), *time, *(line for wave, found in waves.items() for line in wave_lines(wave, found, page))]


def wave_lines(wave: str, operations: Sequence[Operation], page: Page) -> list[str]:
    accounts = {account for operation in operations for account in operation.accounts}
    title = f"wave {wave}: {counted(len(operations), 'operation')} in {counted(len(accounts), 'account')}"
    return [*page.wrap(title, "  "), *page.table(map(operation_row, operations), "    ")]


def operation_row(operation: Operation) -> tuple[str, ...]:
    many, after = len(operation.accounts), operation.after
    preceding = listed(after) if len(after) <= NAMED else counted(len(after), "operation")
    what = "automatic deployment off" if isinstance(operation, StopAutoDeployment) else counted(many, "account") if many else ""
    retained = "stacks stay" if isinstance(operation, DeleteInstances) and operation.retains else ""
    details = (what, retained, f"after {preceding}" if after else "")
    return (operation.id, operation.kind.replace("_", " "), operation.place.name, ", ".join(filter(None, details)))


def excluded_lines(excluded: Sequence[ExcludedAccount], page: Page) -> list[str]:
    if not excluded:
        return []
    rows = [line for because, accounts in group_excluded(excluded).items() for line in reason_lines(because, accounts, page)]
    return [page.paint("Excluded", Tone.TITLE), *rows]


def withheld_lines(withheld: Iterable[WithheldSet], rules: Mapping[str, str], page: Page) -> list[str]:
    """The sets that rules withhold and the accounts without any, counted by reason."""
    alike: dict[tuple[str, int], list[str]] = {}
    for row in withheld:
        alike.setdefault((row.because, len(row.accounts)), []).append(row.group_set or "")
    rows = [
        line
        for (because, count), names in alike.items()
        for line in page.wrap(f"{counted(count, 'account')}: {withheld_words(names, because, rules)}", "  ", "    ")
    ]
    return [page.paint("Withheld", Tone.TITLE), *rows] if rows else []


def withheld_words(names: Sequence[str], because: str, rules: Mapping[str, str]) -> str:
    sets = ", ".join(filter(None, names))
    return f"{sets} not granted: {sourced(because, rules)}" if sets else because


def reason_lines(because: str, accounts: Sequence[ExcludedAccount], page: Page) -> list[str]:
    """One account in a sentence; of many, those that hold grants by id."""
    if len(accounts) == 1:
        return page.wrap(f"{accounts[0].account}: {because}{holdings(accounts[0])}", "  ", "    ")
    holding = [(account.account, f"holds {counted(account.holds, 'grant')}") for account in accounts if account.holds]
    lost = next((account for account in accounts if account.holds and account.is_lost), None)
    command = FORGET_COMMAND.format(account="ACCOUNT")
    advice = f"; some hold grants; {f'to leave them behind: {command}' if lost else 'withhold them to revoke'}" if holding else ""
    return [*page.wrap(f"{counted(len(accounts), 'account')}: {because}{advice}", "  ", "    "), *page.table(holding, "    ")]


def holdings(account: ExcludedAccount) -> str:
    if not account.holds:
        return ""
    them = "it" if account.holds == 1 else "them"
    forget = f"to leave {them} behind: {FORGET_COMMAND.format(account=account.account)}"
    advice = forget if account.is_lost else f"withhold {them} to revoke"
    return f"; holds {counted(account.holds, 'grant')}; {advice}"


def summary_line(plan: Plan) -> str:
    """The last line, which people paste into reviews."""
    summary = plan.summary
    wanted = summary.grants_unchanged - summary.grants_excluded
    kept = f"; {counted(summary.grants_excluded, 'grant')} in excluded accounts stay as they are" if summary.grants_excluded else ""
    if plan.is_empty:
        verb = "grant is" if wanted == 1 else "grants are"
        if plan.violations and plan.header.purpose is Purpose.FORGET:
            return f"No changes: {counted(len(plan.violations), 'violation')} above."
        known = "known to be " if summary.evidence_unknown else ""
        explained = NOTHING[plan.header.purpose].format(unchanged=f"{wanted:,} {verb}", beyond=beyond_reach(plan), known=known, kept=kept)
        return f"No changes. {explained}{unknown_uses(summary.evidence_unknown)}"
    kinds: Counter[ChangeKind] = Counter()
    for change in plan.changes:
        kinds[change.change] += len(change.accounts)
    altered = summary.grants_repaired + summary.roles_repaired
    updated = kinds[ChangeKind.UPDATE] + kinds[ChangeKind.REPAIR] - altered
    counts = {"updated": updated, "repaired": altered, "forgotten": summary.grants_forgotten}
    repaired = [f", {count:,} {word}" for word, count in counts.items() if count]
    grants = f"{counted(summary.grants_added, 'grant')} added, {summary.grants_revoked:,} revoked{''.join(repaired)}"
    accounts = counted(len({account for change in plan.changes for account in change.accounts}), "account")
    waves = counted(len({operation.wave for operation in plan.operations}), "wave")
    how = f"{counted(summary.operations, 'operation')} in {waves}{kept}"
    unknown = unknown_uses(summary.evidence_unknown)
    return f"Plan: {grants}, {wanted:,} unchanged in {accounts}; {how}.{unknown} Digest {plan.digest}"


def beyond_reach(plan: Plan) -> str:
    """Temporary grants that should go and may not be touched."""
    kept = sum(grant.excluded is not None and grant.due is not None for grant in plan.temporary)
    return f", but for {counted(kept, 'grant')} in excluded accounts" if kept else ""
