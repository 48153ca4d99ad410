"""Which calls of a rollout the control policies above its accounts block, or may block: judged once for all accounts they treat alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from orchestrator.model.blockage import Blockage
from orchestrator.model.identifiers import EACH_ACCOUNT, AccountId
from orchestrator.planning.blocking.calls import Call, Subject
from orchestrator.policies.above import Above
from orchestrator.policies.context import Alternatives
from orchestrator.policies.control import Bounds, Reason, reasons
from orchestrator.policies.principals import owner_of, role_context
from orchestrator.policies.statements import RESOURCE, Request

Blocked = Mapping[Reason, tuple[str, ...]]
"""Each reason with the actions it is one for."""

Share = tuple[Subject, tuple[AccountId, ...]]
"""Calls, and the accounts in which they are made."""


def blockages(above: Above, shares: Iterable[Share]) -> tuple[Blockage, ...]:
    """Of every share, sorted; what is certain first."""
    found = (row for subject, accounts in shares for row in blockages_of(above, subject, accounts))
    return tuple(sorted(merged(found), key=lambda row: (not row.is_certain, row.concern, row.unit, row.policy_name, row.name, row.actions)))


def blockages_of(above: Above, subject: Subject, accounts: tuple[AccountId, ...]) -> Iterator[Blockage]:
    for alike in above.alike(accounts, subject.account):
        bounds = above.bounds(subject.account or alike[0], alike[0])
        for reason, actions in judged(above, subject, alike[0], bounds).items():
            yield from rows(above, subject, reason, actions, alike)


def rows(above: Above, subject: Subject, reason: Reason, actions: tuple[str, ...], accounts: Iterable[AccountId]) -> Iterator[Blockage]:
    """One for each unit to which the policy is attached."""
    by_unit: dict[str, list[AccountId]] = defaultdict(list)
    for account in accounts:
        bound = (subject.account or account) if reason.is_of_principal else account
        by_unit[above.place_of(reason, bound)].append(account)
    name = above.policies[reason.policy].name if reason.policy in above.policies else reason.policy
    statements = (reason.statement,) if reason.statement else ()
    for unit, there in by_unit.items():
        members = tuple(sorted(there))
        yield Blockage(
            subject.concern,
            subject.name,
            reason.kind,
            unit,
            reason.policy,
            name,
            statements,
            actions,
            members,
            reason.depends_on,
            reason.keys,
        )


def merged(found: Iterable[Blockage]) -> Iterator[Blockage]:
    """What differs in its accounts or statements alone, together."""
    accounts: dict[Blockage, set[AccountId]] = defaultdict(set)
    statements: dict[Blockage, dict[str, None]] = defaultdict(dict)
    for row in found:
        key = replace(row, accounts=(), statements=())
        accounts[key].update(row.accounts)
        statements[key].update(dict.fromkeys(row.statements))
    for key, members in accounts.items():
        yield replace(key, accounts=tuple(sorted(members)), statements=tuple(statements[key]))


def judged(above: Above, subject: Subject, account: AccountId, bounds: Bounds) -> Blocked:
    found: dict[Reason, list[str]] = defaultdict(list)
    for call in subject.calls:
        for reason in judged_call(above, subject, call, account, bounds):
            found[reason].append(call.action)
    return {reason: tuple(sorted(actions)) for reason, actions in found.items()}


def judged_call(above: Above, subject: Subject, call: Call, account: AccountId, bounds: Bounds) -> Iterator[Reason]:
    """A reason that does not hold on every resource of the call depends on the resource."""
    by_resource = [reasons(above.statements, bounds, request) for request in requests(above, subject, call, account)]
    alike: dict[Reason, list[Reason]] = defaultdict(list)
    for found in by_resource:
        for reason in found:
            alike[replace(reason, depends_on=())].append(reason)
    for reason, several in alike.items():
        unknown = dict.fromkeys(key for one in several for key in one.depends_on)
        partial = {RESOURCE: None} if len(several) < len(by_resource) else {}
        yield replace(reason, depends_on=tuple({**unknown, **partial}))


def requests(above: Above, subject: Subject, call: Call, account: AccountId) -> Iterator[Request]:
    organization = above.organization
    role, known = subject.role.replace(EACH_ACCOUNT, account), {key: in_account(values, account) for key, values in call.known.items()}
    path = above.path_of(subject.account or account)
    for resource in (text.replace(EACH_ACCOUNT, account) for text in call.resources):
        more = {**known, **owner_of(resource, organization.accounts, organization.id)}
        yield Request(call.action, resource, role_context(role, organization.id, path, more, call.absent))


def in_account(alternatives: Alternatives, account: AccountId) -> Alternatives:
    return tuple(tuple(value.replace(EACH_ACCOUNT, account) for value in values) for values in alternatives)
