"""What control policies block, in words: one warning for each policy, the place it is attached to, and what it blocks there."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace

from orchestrator.model.blockage import Blockage, Concern
from orchestrator.model.counts import counted, some_of
from orchestrator.model.organization import SERVICE_CONTROL
from orchestrator.planning.blocking.calls import BOUNDARY, EXECUTOR
from orchestrator.policies.principals import REGION

EXEMPT = f"Exempt arn:aws:iam::*:role/{EXECUTOR} there by a condition on aws:PrincipalArn, or exclude these accounts by a rule."
ALLOW = "Attach a policy there that allows it, or exclude these accounts by a rule."
BOUND = "Set `permissions_boundary` of the role to what it demands."
EXEMPT_GLOBAL = "IAM is global, whatever the home region: exempt iam:* there, or this role by a condition on aws:PrincipalArn."
KINDS = {SERVICE_CONTROL: "SCP"}
OTHER_KIND = "RCP"

NAMED_SETS = 3
NOT_READ = "service and resource control policies were not read, what they block is not known: {reason}"


def control_warnings(found: Iterable[Blockage]) -> Iterator[str]:
    """What stops the rollout itself first, then what the roles cannot do, then what depends on the request."""
    rows = tuple(found)
    certain, open_ = [row for row in rows if row.is_certain], [row for row in rows if not row.is_certain]
    yield from map(of_rollout, together((row for row in certain if row.concern is Concern.ROLLOUT), lambda row: (row.name, row.keys)))
    yield from map(of_entry, together((row for row in certain if row.concern is Concern.ENTRY), lambda row: row.name))
    yield from map(of_grant, together((row for row in certain if row.concern is Concern.GRANT), lambda row: (row.name, row.accounts)))
    for concern in (Concern.ROLLOUT, Concern.ENTRY, Concern.GRANT):
        yield from (of_open(rows) for rows in groups((row for row in open_ if row.concern is concern), lambda row: row.depends_on))


def together(rows: Iterable[Blockage], apart: Callable[[Blockage], Hashable]) -> Iterator[Blockage]:
    """Rows of one policy on one unit as one, but for those that ``apart`` gives other values for."""
    return map(as_one, groups(rows, apart))


def groups(rows: Iterable[Blockage], apart: Callable[[Blockage], Hashable]) -> Iterable[list[Blockage]]:
    found: dict[Hashable, list[Blockage]] = defaultdict(list)
    for row in rows:
        found[row.type, row.policy, row.unit, apart(row)].append(row)
    return found.values()


def as_one(rows: list[Blockage]) -> Blockage:
    return replace(
        rows[0],
        statements=tuple(dict.fromkeys(statement for row in rows for statement in row.statements)),
        actions=tuple(sorted({action for row in rows for action in row.actions})),
        accounts=tuple(sorted({account for row in rows for account in row.accounts})),
    )


def of_rollout(row: Blockage) -> str:
    where = counted(len(row.accounts), "account")
    return f"{said(row)} by {row.name}: StackSets cannot do this in {where}{cited(row)}. {remedy(row)}"


def remedy(row: Blockage) -> str:
    """What to do about a policy that stops StackSets."""
    if not row.policy:
        return ALLOW
    if BOUNDARY in row.keys:
        return BOUND
    is_global = REGION in row.keys and all(action.startswith("iam:") for action in row.actions)
    return EXEMPT_GLOBAL if is_global else EXEMPT


def of_entry(row: Blockage) -> str:
    return f"{said(row)} by {row.name}: it cannot enter {counted(len(row.accounts), 'account')}{cited(row)}."


def of_grant(row: Blockage) -> str:
    return f"{said(row)} of {row.name} in {counted(len(row.accounts), 'account')}{cited(row)}."


def of_open(rows: list[Blockage]) -> str:
    row, names = as_one(rows), list(dict.fromkeys(row.name for row in rows))
    link = "of" if row.concern is Concern.GRANT else "by"
    whose = f"{link} {some_of(names, 'group set', NAMED_SETS)}"
    where = counted(len(row.accounts), "account")
    return f"{said(row, 'may block')} {whose} in {where}{cited(row)}: that depends on {', '.join(row.depends_on)}."


def said(row: Blockage, verb: str = "blocks") -> str:
    """``SCP DenySnapshots on /Workloads/Prod blocks ec2:CreateSnapshot``, or that no policy there allows it."""
    actions, kind = some_of(row.actions, "action"), KINDS.get(row.type, OTHER_KIND)
    return f"{kind} {row.policy_name} on {row.unit} {verb} {actions}" if row.policy else f"no {kind} on {row.unit} allows {actions}"


def cited(row: Blockage) -> str:
    return f" ({', '.join(row.statements)})" if row.statements else ""
