"""The audit of roles that others made: as text with the lines for rollout.yaml, and as JSON."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from orchestrator.model.counts import counted, some_of
from orchestrator.model.roles import Handling, RoleKind
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.probing.existing import AssessedRole, by_kind, excess_of, origin_of
from orchestrator.runs.adoption import Audit

ACCOUNTS_SHOWN = 6
ACTIONS_SHOWN = 8
Json = Mapping[str, object]


def audit_text(audit: Audit, page: Page) -> str:
    """What was found, what to write, and what to do with StackSets of others."""
    return text_of(
        sections(
            page.wrap(heading(audit), tone=Tone.TITLE),
            *(kind_lines(kind, alike, page) for kind, alike in by_kind(audit.roles)),
            added_lines(audit, page),
            retirement_lines(audit, page),
            unread_lines(audit, page),
        )
    )


def heading(audit: Audit) -> str:
    unseen = f" {counted(len(audit.unread), 'account')} could not be looked into." if audit.unread else ""
    return f"{counted(audit.looked, 'account')} looked into: {counted(len(audit.roles), 'role')} made by others.{unseen}"


def kind_lines(kind: RoleKind, roles: Sequence[AssessedRole], page: Page) -> list[str]:
    """Roles that are alike share a row."""
    rows: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for role in roles:
        name = role.role.name if role.bears_name else "under another name"
        rows[name, origin_of(role), *compared_in_full(role), *details(role), handling_of(role)].append(role.account)
    lines = [page.paint(f"Role {kind}", Tone.TITLE)]
    for (name, origin, *more), accounts in rows.items():
        lines += page.wrap(f"{some_of(accounts, 'account', ACCOUNTS_SHOWN)}", "  ", "    ")
        lines += page.wrap(f"{name}, {origin}", "    ", "      ")
        for text in more:
            lines += page.wrap(text, "    ", "      ")
    return lines


def compared_in_full(found: AssessedRole) -> Iterator[str]:
    """Nothing where the rules grant nothing to compare with."""
    difference = found.difference
    if not found.is_wanted:
        return
    if difference.lacking:
        yield f"lacks {counted(len(difference.lacking), 'action')}: {some_of(difference.lacking, 'action', ACTIONS_SHOWN)}"
    if difference.beyond:
        yield f"allows {counted(len(difference.beyond), 'action')} beyond: {some_of(difference.beyond, 'action', ACTIONS_SHOWN)}"
    if difference.unread:
        yield f"what these managed policies allow was not read: {', '.join(difference.unread)}"
    if not (difference.lacking or difference.beyond):
        yield "allows what the rules grant"


def details(found: AssessedRole) -> Iterator[str]:
    if excess := excess_of(found):
        yield excess
    for arn in found.shut_out:
        yield f"its trust policy does not let {arn} in"
    for arn in found.unsure:
        yield f"whether its trust policy lets {arn} in cannot be judged from here"


def handling_of(found: AssessedRole) -> str:
    """What becomes of it by rollout.yaml."""
    if not found.bears_name:
        return "stays as it is: ours is made beside it, under the name in rollout.yaml"
    if found.rule is not None:
        return f"{found.rule.description} ({found.rule.location})"
    return "no line in rollout.yaml: a plan is refused" if found.is_wanted else "the rules grant nothing of this role there"


def unhandled(audit: Audit) -> Mapping[RoleKind, Mapping[str, list[str]]]:
    """Role to reason to the accounts for which a line is missing."""
    found: dict[RoleKind, dict[str, list[str]]] = {}
    for role in audit.roles:
        if role.bears_name and role.rule is None and role.is_wanted:
            found.setdefault(role.kind, {}).setdefault(origin_of(role), []).append(role.account)
    return found


def rollout_lines(audit: Audit) -> list[str]:
    """The lines of rollout.yaml that are missing, each account in one; attach is a proposal."""
    lines: list[str] = []
    for kind, reasons in unhandled(audit).items():
        lines += [f"  {kind}:", "    existing:"]
        for reason, accounts in reasons.items():
            ids = ", ".join(f'"{account}"' for account in accounts)
            lines.append(f"      - {{where: {{account: [{ids}]}}, handling: {Handling.ATTACH}, because: {json.dumps(reason)}}}")
    return ["roles:", *lines] if lines else []


def added_lines(audit: Audit, page: Page) -> list[str]:
    """Never wrapped: they are copied."""
    lines = rollout_lines(audit)
    if not lines:
        return []
    advice = "Add to rollout.yaml, with leave in place of attach where these accounts are to get nothing of the role:"
    return [*page.wrap(advice, rest="  ", tone=Tone.TITLE), *(f"  {line}" for line in lines)]


def retirement_lines(audit: Audit, page: Page) -> list[str]:
    """What each StackSet of others may lose, and how."""
    makers: dict[str, list[AssessedRole]] = defaultdict(list)
    for role in audit.roles:
        if role.role.origin is not None and role.role.origin.stack_set:
            makers[role.role.origin.stack_set].append(role)
    if not makers:
        return []
    lines = [page.paint("StackSets of others", Tone.TITLE)]
    for name, roles in sorted(makers.items()):
        lines += page.wrap(f"{name}: {'; '.join(retirement(roles))}", "  ", "    ")
    return lines


def retirement(roles: Sequence[AssessedRole]) -> Iterator[str]:
    """Deleting a stack instance deletes its role, and fails while policies of others hang on it."""
    named = [role for role in roles if role.bears_name]
    left = [role for role in named if role.rule is not None and role.rule.handling is Handling.LEAVE]
    attached, beside = len(named) - len(left), len(roles) - len(named)
    if attached:
        where = counted(attached, "account")
        yield f"delete its instances in {where} with RetainStacks alone: our policies are on these roles, or are to be"
    if left:
        yield f"keep its instances in {counted(len(left), 'account')}, or delete them with RetainStacks: these roles are left as they are"
    if beside:
        yield (
            f"its instances in {counted(beside, 'account')} can be deleted once our role is there, verify --probe says that the hub gets "
            "in, and the platform uses it"
        )


def unread_lines(audit: Audit, page: Page) -> list[str]:
    if not audit.unread:
        return []
    rows = [(account, reason) for account, reason in sorted(audit.unread.items())]
    shown, more = rows[:ACCOUNTS_SHOWN], len(rows) - ACCOUNTS_SHOWN
    ending = [f"  and {counted(more, 'more account')}"] if more > 0 else []
    return [page.paint("Not looked into", Tone.CAREFUL), *page.table(shown), *ending]


def audit_json(audit: Audit) -> Json:
    return {
        "looked": audit.looked,
        "roles": [role_json(role) for role in audit.roles],
        "rollout_lines": rollout_lines(audit),
        "unread": dict(audit.unread),
    }


def role_json(found: AssessedRole) -> Json:
    origin, difference = found.role.origin, found.difference
    return {
        "account": found.account,
        "role": found.kind,
        "name": found.role.name,
        "path": found.role.settings.path,
        "bears_name": found.bears_name,
        "stack": (origin.stack or None) if origin else None,
        "stack_set": (origin.stack_set or None) if origin else None,
        "maker_unknown": origin.unknown if origin else "",
        "lacking": list(difference.lacking),
        "beyond": list(difference.beyond),
        "unread_policies": list(difference.unread),
        "shut_out": list(found.shut_out),
        "unsure": list(found.unsure),
        "inline_size": found.inline_size,
        "is_wanted": found.is_wanted,
        "handling": found.rule.handling if found.rule else None,
        "because": found.rule.because if found.rule else None,
    }
