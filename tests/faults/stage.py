"""A small organization on a local AWS, a rollout for it, and the operator who plans and applies against it."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from orchestrator.adapters.files.rollout.file import load
from orchestrator.composition import equip
from orchestrator.execution.events import Event
from orchestrator.execution.journal import Journal
from orchestrator.execution.records import Submitting
from orchestrator.model.identifiers import RunId
from orchestrator.model.operation import CreateInstances
from orchestrator.model.outcome import Outcome
from orchestrator.model.plan import Plan
from orchestrator.ports import Store
from orchestrator.runs import Conduct, Intent, Tools, verify
from orchestrator.runs import apply as carry_out
from orchestrator.runs import plan as make_plan
from orchestrator.runs.planning import ROLL_OUT
from orchestrator.sandbox import Sandbox
from orchestrator.settings import Settings
from tests.worlds import organizations
from tests.worlds.organizations import Snapshot, account
from tests.worlds.rollouts import Part, roles, rollout, rule, write

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_iam import IAMClient

MANAGEMENT, HUB = "100000000001", "100000000002"
CANARIES = ("200000000001", "200000000002")
REST = tuple(f"20000000000{number}" for number in range(3, 10))
SPARE = "300000000001"
WORKLOADS = (*CANARIES, *REST)
ROLE_SET, CHECKS_SET, EC2_SET = "cado-role-spoke", "cado-spoke-checks", "cado-spoke-ec2"

HUB_RULE = rule("the hub", "hub", grant=["hub-checks"])
MANAGEMENT_RULE = rule("discovery", "management", grant=["management-discovery"])


def snapshot(workloads: Iterable[str] = WORKLOADS) -> Snapshot:
    members = [(MANAGEMENT, "/"), (HUB, "/Security"), (SPARE, "/Other"), *((number, "/Workloads") for number in workloads)]
    return organizations.snapshot(
        [
            account(number, f"account-{number[-2:]}", ou, tags={"rollout": "canary"} if number in CANARIES else {"team": "payments"})
            for number, ou in members
        ],
        ["/Workloads", "/Security", "/Other"],
        management=MANAGEMENT,
        organization="o-faults0001",
        delegated=[HUB],
    )


@dataclass
class Stage:
    """One sandbox, one state folder, and as many operators as a test wants: each ``tools()`` is a new process, so to say."""

    sandbox: Sandbox
    folder: Path
    rules: tuple[Part, ...] = (HUB_RULE,)
    tolerance: int = 0
    hub: str = HUB
    call_as: str = "self"
    spoke: Part = field(default_factory=dict)
    safety: Part = field(default_factory=dict)
    grants: tuple[str, ...] = ("spoke-checks", "spoke-ec2")
    bucket: str = ""
    poll_seconds: float = 0.02
    events: list[Event] = field(default_factory=list)
    _runs: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def write_rollout(self) -> Path:
        waves = [{"name": "canary", "where": {"tag": {"rollout": "canary"}}}, {"name": "everyone"}]
        content = rollout(
            [rule("workloads", {"ou": "/Workloads"}, grant=list(self.grants)), *self.rules],
            state=f"s3://{self.bucket}/rollouts" if self.bucket else self.state,
            organization={"id": "o-faults0001", "call_as": self.call_as},
            roles=roles(self.hub, spoke=self.spoke),
            safety=self.safety,
            rollout={"waves": waves, "failure_tolerance_percent": self.tolerance},
        )
        return write(self.folder, content)

    def tools(self, wrap: Callable[[Store], Store] = lambda store: store) -> Tools:
        rollout, catalog = load(self.write_rollout())
        tools = equip(rollout, catalog, Settings(poll_seconds=self.poll_seconds))
        return replace(tools, store=wrap(tools.store))

    def plan(self, intent: Intent = ROLL_OUT) -> Plan:
        return make_plan(self.tools(), intent)

    def apply(self, plan: Plan, tools: Tools | None = None, **conduct: object) -> Outcome:
        run = Conduct(RunId(f"run-{next(self._runs)}"), "operator", tell=self.events.append)
        return carry_out(tools or self.tools(), plan, replace(run, **conduct))  # type: ignore[arg-type]  # named by the test

    def converge(self) -> tuple[Plan, Outcome]:
        plan = self.plan()
        return plan, self.apply(plan)

    def submitted(self, plan: Plan) -> Counter[str]:
        """How often each operation id was written down as about to be sent."""
        records = Journal(self.tools().store, plan.digest).records()
        return Counter(record.operation_id for record in records if isinstance(record, Submitting))

    def executed(self) -> frozenset[str]:
        """Ids of all StackSet operations AWS has: a StackSet never runs one id twice."""
        sets = (found for sets in self.sandbox._world.stack_sets.values() for found in sets)
        return frozenset(key for found in sets for key in found.operations)

    def check_done_once(self, plan: Plan) -> None:
        """Every operation of the plan was written down once and ran once, and AWS has no operation besides."""
        submitted = self.submitted(plan)
        assert set(submitted.values()) == {1}
        on_stack_sets = [operation for operation in plan.operations if isinstance(operation, CreateInstances)]
        assert len(self.executed()) == len(on_stack_sets)
        assert self.executed() <= set(submitted)

    def check_converged(self, plan: Plan, outcome: Outcome) -> None:
        assert outcome.failed == ()
        assert outcome.verification.is_converged
        assert verify(self.tools()).is_converged
        assert self.plan().operations == ()
        self.check_done_once(plan)

    def sent(self) -> int:
        """Calls that changed something in CloudFormation."""
        return len([call for call in self.sandbox.journal.writes() if call.service == "cloudformation"])

    def iam(self, account: str) -> "IAMClient":
        """Somebody with a console of an account."""
        keys = self.sandbox.environment(account)
        return boto3.client("iam", aws_access_key_id=keys["AWS_ACCESS_KEY_ID"], aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"])

    def client(self) -> "CloudFormationClient":
        """Somebody else with a console."""
        return boto3.client("cloudformation")
