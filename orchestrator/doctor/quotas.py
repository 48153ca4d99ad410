"""What a plan of now needs, held against the quotas of StackSets and IAM."""

from collections.abc import Collection, Iterator

from orchestrator.doctor.facts import Facts
from orchestrator.doctor.surroundings import AccountView, Quota
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Create, Delete, Operation
from orchestrator.model.plan import Plan
from orchestrator.model.roles import Role, RoleKind
from orchestrator.planning import quotas
from orchestrator.templates.limits import INLINE_LIMIT, TRUST_LIMIT

STACK_SETS = Quota("cloudformation", "L-EC62D81A", 1_000)
INSTANCES = Quota("cloudformation", "L-C8225BA5", quotas.INSTANCES)
OPERATIONS = Quota("cloudformation", "L-6A4B2F69", quotas.INSTANCES_AT_WORK)
"""Defaults: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html."""


def check_stack_sets(facts: Facts) -> Verdict:
    plan = facts.plan()
    change = sum(change_of(operation) for operation in plan.operations if not operation.place.is_stack)
    needed = facts.surroundings.stack_sets() + max(0, change)
    return judge(facts, STACK_SETS, needed, "StackSets in the management account, those of other tools included")


def change_of(operation: Operation) -> int:
    match operation:
        case Create():
            return 1
        case Delete():
            return -1
        case _:
            return 0


def check_instances(facts: Facts) -> Verdict:
    """Of the largest StackSet once the plan is applied."""
    plan = facts.plan()
    sizes = quotas.instances_after(plan.observed, plan.operations)
    return judge(facts, INSTANCES, max(sizes.values(), default=0), "stack instances in the largest StackSet")


def check_operations(facts: Facts) -> Verdict:
    at_work = quotas.instances_at_work(facts.plan().operations)
    return judge(facts, OPERATIONS, at_work, "stack instances at work at once, at most")


def judge(facts: Facts, quota: Quota, needed: int, what: str) -> Verdict:
    limit = facts.surroundings.quota(facts.organization(), quota)
    source = "the documented default; the quota could not be read" if isinstance(limit, Unknown) else "its quota"
    most = quota.default if isinstance(limit, Unknown) else limit
    evidence = f"{needed:,} {what}; {most:,} are allowed ({source})."
    ask = f"aws service-quotas request-service-quota-increase --service-code {quota.service} --quota-code {quota.code} --desired-value N"
    if needed > most:
        return fail(evidence, f"`{ask}` in the management account.")
    return ok(evidence)


def check_role_quotas(facts: Facts) -> Verdict:
    """In each account that gets roles. Where an account cannot be looked into is said by the check of the access roles."""
    new = facts.new_roles()
    seen = {account: view for account, view in facts.views().items() if isinstance(view, AccountView)}
    full = [line for account, view in sorted(seen.items()) for line in excesses(account, view, new.get(account, ()))]
    if full:
        return fail("; ".join(full), "`aws service-quotas list-service-quotas --service-code iam` there, and ask for more of it.")
    if not seen and new:
        return warn("no account that gets a role could be looked into.", "See access_roles.")
    return ok(f"room for the roles in every account that was looked into ({len(seen):,}).")


def excesses(account: AccountId, view: AccountView, new: Collection[Role]) -> Iterator[str]:
    """The platform role comes with an instance profile."""
    for kind, more in (("Roles", len(new)), ("InstanceProfiles", sum(role.kind is RoleKind.PLATFORM for role in new))):
        used, quota = view.summary.get(kind, 0), view.summary.get(f"{kind}Quota")
        if quota is not None and more and used + more > quota:
            yield f"{account}: {used:,} of {quota:,} {kind} are used, {more} more are needed"


def check_sizes(facts: Facts) -> Verdict:
    """As the plan measures them."""
    if excess := messages(facts.plan(), "size"):
        return fail("; ".join(excess), "Grant fewer group sets to these accounts, or split them between roles.")
    return ok(f"no role has more than {INLINE_LIMIT:,} characters of inline policies or {TRUST_LIMIT:,} of trust policy.")


def messages(plan: Plan, kind: str) -> list[str]:
    return [violation.message for violation in plan.violations if violation.kind == kind]
