"""Small plans to carry out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from orchestrator.execution.engine import Engine, RunContext
from orchestrator.execution.events import Event
from orchestrator.execution.journal import Journal
from orchestrator.model.identifiers import AccountId, OperationKey, OrganizationId, OuId, OuPath, PlanDigest, Region, RunId, StackSetName
from orchestrator.model.operation import Create, CreateInstances, Delete, DeleteInstances, Operation, Update
from orchestrator.model.organization import Account, AccountState, Organization
from orchestrator.model.outcome import Outcome
from orchestrator.model.plan import Header, Plan, Purpose, Summary, Target
from orchestrator.model.rollout import CallAs, Pace, Wave
from orchestrator.model.state import Definition, Place, State, Window
from orchestrator.permissions.roles import role_facts
from orchestrator.permissions.trust import ASSUMED_BY
from orchestrator.ports import Deployer, Store
from tests.worlds.clocks import NOON, FakeClock

ROLE, POLICY, OTHER = StackSetName("cado-role-spoke"), StackSetName("cado-spoke-kms"), StackSetName("cado-spoke-ec2")
MANAGEMENT = AccountId("999999999999")
A, B, C, D = (AccountId(digit * 12) for digit in "1234")
DIGEST = PlanDigest(f"sha256:{'0f' * 32}")
OLD, NEW = Definition("old"), Definition("new")
WINDOW = Window(NOON, NOON + timedelta(days=30))
CONTEXT = RunContext(run=RunId("run-1"), caller="arn:aws:iam::999999999999:user/ada", host="laptop, process 7")


HEADER = Header(
    created_at=NOON,
    purpose=Purpose.ROLLOUT,
    organization=OrganizationId("o-exampleorgid"),
    management_account=MANAGEMENT,
    accounts=5,
    home_region=Region("us-east-1"),
    prefix="cado",
    profile="classic",
    call_as=CallAs.SELF,
    pace=Pace((Wave("canary"), Wave("everyone"))),
)


def plan_of(
    operations: Iterable[Operation], observed: State | None = None, *, waves: Iterable[str] = ("canary", "rest"), tolerance: int = 0
) -> Plan:
    operations = tuple(operations)
    header = replace(HEADER, pace=Pace(tuple(map(Wave, waves)), failure_tolerance_percent=tolerance))
    accounts = sorted({account for operation in operations for account in operation.accounts})
    targets = tuple(Target(account, f"account-{account[0]}", OuPath("/Workloads"), AccountState.ACTIVE) for account in accounts)
    return Plan(header, observed or {}, operations, Summary(5, 0, 0, 0, 0, len(operations)), targets=targets, digest=DIGEST)


def organization(**changed: Account | None) -> Organization:
    """Accounts 1 to 4 in /Workloads; keywords a, b, c, d replace one or, with None, remove it."""
    accounts = {
        key: Account(account, f"account-{account[0]}", OuPath("/Workloads")) for key, account in zip("abcd", (A, B, C, D), strict=True)
    }
    left = {account.id: account for account in {**accounts, **changed}.values() if account is not None}
    return Organization(OrganizationId("o-exampleorgid"), MANAGEMENT, OuId("r-ab12"), (), left)


def key(number: int) -> OperationKey:
    return OperationKey(f"op-{number:03}")


def grants(
    number: int, name: StackSetName, accounts: Iterable[AccountId], wave: str = "canary", after: Iterable[int] = ()
) -> CreateInstances:
    return CreateInstances(id=key(number), place=Place(name), wave=wave, after=tuple(map(key, after)), accounts=tuple(accounts))


def two_waves() -> tuple[Operation, ...]:
    """A role and a policy on it for A in the canary wave, then for B, C and D."""
    return (
        Create(id=key(1), place=Place(ROLE), wave="canary", definition=NEW),
        grants(2, ROLE, [A], after=[1]),
        Create(id=key(3), place=Place(POLICY), wave="canary", definition=NEW),
        grants(4, POLICY, [A], after=[3, 2]),
        grants(5, ROLE, [B, C, D], "rest", after=[2]),
        grants(6, POLICY, [B, C, D], "rest", after=[4, 5]),
    )


Deployed = Mapping[tuple[Place, AccountId], Definition]


def deployed_at_each_moment(observed: State, operations: Iterable[Operation]) -> Iterator[Deployed]:
    """Which definition every instance has, before and after each operation; an OUTDATED one keeps the one it had."""
    current = {place: unit.definition for place, unit in observed.items()}
    held = {(place, account): unit.definition for place, unit in observed.items() for account in unit.instances}
    yield dict(held)
    for operation in operations:
        current |= {operation.place: operation.definition} if isinstance(operation, Create | Update) else {}
        for account in operation.accounts:
            if isinstance(operation, Delete | DeleteInstances):
                held.pop((operation.place, account), None)
            else:
                held[operation.place, account] = current[operation.place]
        yield dict(held)


def trusted_by(definition: Definition) -> frozenset[str]:
    """The ARNs by which a role may be assumed."""
    return frozenset(role_facts(definition, "aws").properties[ASSUMED_BY])


def carry_out(plan: Plan, deployer: Deployer, store: Store, context: RunContext = CONTEXT) -> tuple[Outcome, list[Event]]:
    """One run to its end."""
    engine = Engine(plan, deployer, Journal(store, plan.digest), FakeClock(), context)
    happened = list(engine.run())
    return engine.outcome(), happened
