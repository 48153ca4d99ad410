"""Service control policies above the accounts a plan of now changes: what they would keep StackSets, CloudFormation or our roles from.

A reading of Deny statements, no evaluation.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from orchestrator.doctor.denials import Caller, Deny, denies_of, is_denied
from orchestrator.doctor.facts import Facts
from orchestrator.doctor.names import shortened
from orchestrator.model.catalog import Catalog
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId, GroupSetName, partition_of, role_arn
from orchestrator.model.organization import Account, Organization, OrganizationPolicy, is_below
from orchestrator.model.plan import ChangeKind, Plan
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout

SERVICE_CONTROL = "SERVICE_CONTROL_POLICY"
EXECUTOR = "stacksets-exec-*"
AN_EXECUTOR = "stacksets-exec-0123456789abcdef0123456789abcdef"
"""The role StackSets works with in an account. It is not service-linked: service control policies bind it."""

ON_STACKS = ("CreateStack", "DeleteStack", "DescribeStacks", "UpdateStack")
ON_ROLES = ("CreateRole", "DeleteRole", "DeleteRolePolicy", "GetRole", "PutRolePolicy", "TagRole", "UpdateAssumeRolePolicy", "UpdateRole")
AS_READ = "as far as Deny statements can be read off; lists of what is allowed and resource control policies are not read"
EXEMPT = "Exempt arn:aws:iam::*:role/stacksets-exec-* there by a condition on aws:PrincipalArn, or exclude these accounts by a rule."
TRY = "Read these policies; the first wave shows in a few accounts what AWS makes of them: `orchestrator apply --until WAVE`."

Granted = Mapping[AccountId, Collection[GroupSetName]]


@dataclass(frozen=True, slots=True)
class Call:
    """Something done in an account; ``who`` is the name of the role that does it."""

    who: str
    caller: Caller
    action: str
    resource: str


@dataclass(slots=True)
class Denial:
    """What one policy denies to one role; ``is_certain`` unless that depends on the call."""

    policy: str
    who: str
    is_certain: bool
    actions: set[str] = field(default_factory=set)
    accounts: set[AccountId] = field(default_factory=set)

    def __str__(self) -> str:
        verb = "denies" if self.is_certain else "may deny"
        return f"{self.policy} {verb} {', '.join(sorted(self.actions))} to {self.who} in {counted(len(self.accounts), 'account')}"


def check_control_policies(facts: Facts) -> Verdict:
    organization, plan = facts.organization(), facts.plan()
    policies = [policy for policy in facts.surroundings.policies() if policy.type == SERVICE_CONTROL]
    accounts = [target.account for target in plan.targets if target.account != organization.management_account]
    found = denials(policies, accounts, Ground(organization, facts.tools.rollout, facts.tools.catalog, granted(plan)))
    stops = [str(denial) for denial in found if denial.is_certain and denial.who == EXECUTOR]
    if stops:
        return fail(f"{shortened(stops)}; {AS_READ}.", EXEMPT)
    if found:
        return warn(f"{shortened([str(denial) for denial in found])}; {AS_READ}.", TRY)
    read = f"{len(policies):,} service control {'policy' if len(policies) == 1 else 'policies'} read"
    return ok(f"{read}: none denies what is done in {counted(len(accounts), 'account')}, {AS_READ}.")


def granted(plan: Plan) -> Granted:
    found: dict[AccountId, list[GroupSetName]] = defaultdict(list)
    for change in plan.changes:
        if change.change is ChangeKind.GRANT and change.group_set is not None:
            for account in change.accounts:
                found[account].append(change.group_set)
    return found


@dataclass(frozen=True, slots=True)
class Ground:
    """What the calls in an account follow from."""

    organization: Organization
    rollout: Rollout
    catalog: Catalog
    granted: Granted

    def calls(self, account: AccountId) -> Iterator[Call]:
        """CloudFormation's calls as StackSets' role, and those that the group sets granted there allow our roles."""
        executor = self.caller(account, f"/{AN_EXECUTOR}")
        region, partition = self.rollout.home_region, partition_of(self.rollout.home_region)
        stack = f"arn:{partition}:cloudformation:{region}:{account}:stack/StackSet-{self.rollout.prefix}-*"
        yield from (Call(EXECUTOR, executor, f"cloudformation:{name}", stack) for name in ON_STACKS)
        for kind, sets in self.sets_by_role(account).items():
            role = self.rollout.roles[kind]
            ours = self.caller(account, f"{role.path}{role.name}")
            yield from (Call(EXECUTOR, executor, f"iam:{name}", ours.arn) for name in ON_ROLES)
            yield from (Call(role.name, ours, action, "*") for name in sets for action in sorted(self.catalog.actions(name)))

    def sets_by_role(self, account: AccountId) -> Mapping[RoleKind, list[GroupSetName]]:
        found: dict[RoleKind, list[GroupSetName]] = defaultdict(list)
        for name in self.granted.get(account, ()):
            if name in self.catalog.group_sets:
                found[self.catalog.group_sets[name].role].append(name)
        return found

    def caller(self, account: AccountId, role: str) -> Caller:
        arn = role_arn(partition_of(self.rollout.home_region), account, role)
        return Caller(arn, self.organization.id, self.rollout.home_region)


def denials(policies: Collection[OrganizationPolicy], accounts: Collection[AccountId], ground: Ground) -> list[Denial]:
    """Sorted by policy; what is certain first."""
    statements = {policy.id: tuple(denies_of(policy)) for policy in policies}
    found: dict[tuple[bool, str, str], Denial] = {}
    for account in accounts:
        above = units_above(ground.organization.accounts[account], ground.organization)
        here = [deny for policy in policies if above & set(policy.targets) for deny in statements[policy.id]]
        for deny, call, is_certain in met(here, tuple(ground.calls(account)) if here else ()):
            key = (not is_certain, deny.policy, call.who)
            denial = found.setdefault(key, Denial(deny.policy, call.who, is_certain))
            denial.actions.add(call.action)
            denial.accounts.add(account)
    return [found[key] for key in sorted(found)]


def met(denies: Collection[Deny], calls: Collection[Call]) -> Iterator[tuple[Deny, Call, bool]]:
    for deny in denies:
        for call in calls:
            answer = is_denied(deny, call.caller, call.action, call.resource)
            if answer is not False:
                yield deny, call, answer is True


def units_above(account: Account, organization: Organization) -> set[str]:
    """Where a policy that binds the account may be attached: its own id, and those of its units and the root."""
    units = {unit.id for unit in organization.organizational_units if is_below(account.ou, unit.path)}
    return {account.id, organization.root, *units}
