"""AWS and the state folder in memory. The deployer is made of planning.projection, and can be told to misbehave."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from orchestrator.errors import AwsError
from orchestrator.execution.queueing import may_follow
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.inside import Question, Sight
from orchestrator.model.names import role_kind_of, role_stack_set
from orchestrator.model.operation import (
    Create,
    CreateInstances,
    Delete,
    DeleteInstances,
    Operation,
    StopAutoDeployment,
    Update,
    UpdateInstances,
)
from orchestrator.model.organization import TrustedAccess
from orchestrator.model.outcome import Deviation, Failure, OperationStatus, Progress
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Condition, Instance, Place, State
from orchestrator.planning.projection import project

PREFIX = "cado"


class SimulatedCrash(BaseException):
    """The process is gone; what was asked of AWS goes on."""


@dataclass
class Fuse:
    """Crashes at the n-th boundary: before and after every durable write and every call. None never does."""

    left: int | None = None

    def burn(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            raise SimulatedCrash


class MemoryStore:
    """ports.Store that remembers, and may crash before or after a write."""

    def __init__(self, fuse: Fuse | None = None) -> None:
        self.logs: dict[str, list[bytes]] = {}
        self.files: dict[str, bytes] = {}
        self._fuse = fuse or Fuse()

    def append(self, log: str, record: bytes) -> None:
        self._fuse.burn()
        self.logs.setdefault(log, []).append(record)
        self._fuse.burn()

    def read_log(self, log: str) -> Sequence[bytes]:
        return tuple(self.logs.get(log, ()))

    def put(self, key: str, content: bytes) -> None:
        self._fuse.burn()
        self.files[key] = content
        self._fuse.burn()

    def get(self, key: str) -> bytes | None:
        return self.files.get(key)

    def keys(self, prefix: str) -> Sequence[str]:
        return sorted(name for name in (*self.files, *self.logs) if name.startswith(prefix))


@dataclass
class Running:
    """An operation AWS has taken, and the accounts in which it will fail."""

    operation: Operation
    polls: int
    failing: frozenset[AccountId]
    failures: tuple[Failure, ...] = ()
    is_over: bool = False


@dataclass
class Faults:
    """What goes wrong, and how often: refusals by StackSet, failures by StackSet and account, lost answers by number of the call.

    ``silent`` counts looks that end in ``unreachable``; ``busy`` are StackSets where somebody else works while so many are sent.
    """

    refusals: dict[StackSetName, int] = field(default_factory=dict)
    failing: dict[tuple[StackSetName, AccountId], int] = field(default_factory=dict)
    lost_answers: set[int] = field(default_factory=set)
    silent: int = 0
    busy: dict[StackSetName, int] = field(default_factory=dict)


class Unreachable(AwsError):  # noqa: N818 - named like the adapter's kind
    kind = "unreachable"


class FakeDeployer:
    """ports.Deployer over a State. Operations take ``polls`` looks; ``executions`` counts what AWS carried out, by operation id."""

    def __init__(self, state: State, *, polls: int = 1, faults: Faults | None = None, fuse: Fuse | None = None) -> None:
        self.state = state
        self.faults = faults or Faults()
        self.executions: Counter[str] = Counter()
        self.submissions: Counter[str] = Counter()
        self.sent: list[Operation] = []
        self.overlaps: list[str] = []
        self.granted: set[tuple[StackSetName, AccountId, str]] = set()
        self._polls = polls
        self._fuse = fuse or Fuse()
        self._known: dict[str, Running] = {}

    def observe(self, windowed: Iterable[StackSetName] = ()) -> State:
        return self.state

    def trusted_access(self) -> TrustedAccess:
        return TrustedAccess.ENABLED

    def submit(self, operation: Operation, operation_id: str) -> bool:
        self._fuse.burn()
        self.submissions[operation_id] += 1
        is_lost = sum(self.submissions.values()) in self.faults.lost_answers
        if operation_id not in self._known:
            if self._waits_for_somebody(operation.place.name):
                return False
            self._refuse(operation)
            self._take(operation, operation_id)
        self._fuse.burn()
        if is_lost:
            raise AwsError("the connection was closed before an answer came")
        return True

    def progress(self, operation: Operation, operation_id: str) -> Progress | None:
        self._fuse.burn()
        if self.faults.silent:
            self.faults.silent -= 1
            raise Unreachable("no route to host")
        running = self._known.get(operation_id)
        if running is None:
            return None
        if running is not self._first_in(operation.place, running):
            return Progress(OperationStatus.QUEUED, 0, len(operation.accounts))
        if not running.is_over and running.polls > 0:
            running.polls -= 1
            return Progress(OperationStatus.RUNNING, 0, len(operation.accounts))
        self._finish(running)
        total = len(operation.accounts)
        is_failed = bool(running.failures) and len(running.failures) == total
        status = OperationStatus.FAILED if is_failed else OperationStatus.SUCCEEDED
        return Progress(status, total, total, running.failures)

    def last_revision(self, place: Place, account: AccountId) -> None:
        return None

    def detect_drift(self, stack_sets: Iterable[StackSetName]) -> tuple[Deviation, ...]:
        return ()

    def settle(self) -> None:
        """Time passes: everything AWS has taken comes to its end."""
        for running in self._known.values():
            self._finish(running)

    def _first_in(self, place: Place, running: Running) -> Running:
        """What AWS works on in a StackSet; the rest is queued."""
        unfinished = (other for other in self._known.values() if other.operation.place == place and not other.is_over)
        return running if running.is_over else next(unfinished)

    def _waits_for_somebody(self, name: StackSetName) -> bool:
        left = self.faults.busy.get(name, 0)
        self.faults.busy[name] = max(left - 1, 0)
        return left > 0

    def _refuse(self, operation: Operation) -> None:
        """What AWS answers at once."""
        if self.faults.refusals.get(operation.place.name, 0) > 0:
            self.faults.refusals[operation.place.name] -= 1
            raise AwsError(f"{operation.place.name}: a template error was found", remedy="Mend the template.")
        there = self.state.get(operation.place)
        if operation.place.is_stack:
            return
        match operation:
            case Create() if there is not None:
                raise AwsError("NameAlreadyExistsException")
            case Delete() if there is not None and there.instances:
                raise AwsError("StackSetNotEmptyException")
            case Update() | StopAutoDeployment() | CreateInstances() | UpdateInstances() | DeleteInstances() if there is None:
                raise AwsError("StackSetNotFoundException")
            case _:
                pass

    def _take(self, operation: Operation, operation_id: str) -> None:
        others = (running for running in self._known.values() if not running.is_over)
        there = [running.operation for running in others if running.operation.place == operation.place]
        if not all(may_follow(operation, earlier) for earlier in there):
            self.overlaps.append(operation.place.name)
        self.executions[operation_id] += 1
        self.sent.append(operation)
        targets = operation.accounts or self._everybody(operation)
        self._known[operation_id] = Running(operation, self._polls, frozenset(a for a in targets if self._fails(operation, a)))
        if isinstance(operation, Update) and not operation.place.is_stack:
            # The definition changes at once, and with it every instance is behind.
            self.state = project([replace(operation, accounts=(AccountId("nobody"),))], self.state)

    def _finish(self, running: Running) -> None:
        if running.is_over:
            return
        running.is_over = True
        operation = running.operation
        targets = operation.accounts or self._everybody(operation)
        failed = [account for account in targets if account in running.failing]
        running.failures = tuple(Failure(account, operation.place.name, "AccessDenied in the account") for account in failed)
        self._apply(operation, tuple(account for account in targets if account not in failed), failed)

    def _everybody(self, operation: Operation) -> tuple[AccountId, ...]:
        there = self.state.get(operation.place)
        return tuple(there.instances) if isinstance(operation, Update) and there else ()

    def _fails(self, operation: Operation, account: AccountId) -> bool:
        key = (operation.place.name, account)
        left = self.faults.failing.get(key, 0)
        self.faults.failing[key] = max(left - 1, 0)
        return left > 0

    def _apply(self, operation: Operation, reached: tuple[AccountId, ...], failed: Sequence[AccountId]) -> None:
        match operation:
            case Create() | Update() | Delete() if operation.place.is_stack:
                if reached:
                    self.state = project([operation], self.state)
            case Create() | StopAutoDeployment() | Delete():
                self.state = project([operation], self.state)
            case Update():
                bring_up = UpdateInstances(id=operation.id, place=operation.place, wave=operation.wave, accounts=reached)
                self.state = project([bring_up], self.state)
            case CreateInstances() | UpdateInstances() | DeleteInstances():
                self.state = project([replace(operation, accounts=reached)], self.state)
        self._scar(operation, failed)
        self._note_grants(operation, reached)

    def _scar(self, operation: Operation, failed: Sequence[AccountId]) -> None:
        """A failed deletion leaves an instance INOPERABLE, any other failure one that is OUTDATED."""
        there = self.state.get(operation.place)
        if there is None or not failed or operation.place.is_stack:
            return
        condition = Condition.INOPERABLE if isinstance(operation, DeleteInstances) else Condition.OUTDATED
        touched = {account: replace(there.instances.get(account, Instance()), condition=condition) for account in failed}
        self.state = {**self.state, operation.place: replace(there, instances={**there.instances, **touched})}

    def _note_grants(self, operation: Operation, reached: Iterable[AccountId]) -> None:
        there = self.state.get(operation.place)
        for account in reached:
            if there is not None and account in there.instances and not operation.place.is_stack:
                self.granted.add((operation.place.name, account, there.definition.template))


class StrictAws(FakeDeployer):
    """IAM deletes no role that a policy hangs on, and puts no policy on a role that is not there; it looks when AWS begins.

    Group sets begin with the name of the role they attach to, as those of tests.properties.strategies do. ``given`` are roles that are
    in every account by other means.
    """

    def __init__(self, state: State, *, polls: int = 1, faults: Faults | None = None, given: Collection[RoleKind] = ()) -> None:
        super().__init__(state, polls=polls, faults=faults)
        self._given = given

    def _fails(self, operation: Operation, account: AccountId) -> bool:
        return super()._fails(operation, account) or self._conflicts(operation, account)

    def _conflicts(self, operation: Operation, account: AccountId) -> bool:
        here = {place for place, unit in self.state.items() if account in unit.instances and place.is_stack == operation.place.is_stack}
        if role_kind_of(PREFIX, operation.place.name):
            others = (place for place in here if place != operation.place)
            is_held = any(role_served(place) is role_served(operation.place) for place in others)
            return isinstance(operation, DeleteInstances | Delete) and is_held
        needs_role = isinstance(operation, Create | CreateInstances | Update | UpdateInstances)
        needs_role = needs_role and role_served(operation.place) not in self._given
        return needs_role and Place(role_stack_set(PREFIX, role_served(operation.place)), operation.place.is_stack) not in here


def role_served(place: Place) -> RoleKind:
    """The role a role set makes, or a group set attaches to."""
    return role_kind_of(PREFIX, place.name) or RoleKind(place.name.removeprefix(f"{PREFIX}-").partition("-")[0])


class FakeInspector:
    """ports.Inspector from a table: account to the policies of its role, or to why it cannot be read."""

    def __init__(self, accounts: Mapping[AccountId, frozenset[str] | str]) -> None:
        self._accounts = accounts

    def inline_policies(self, account: AccountId, role_name: str) -> frozenset[str] | str:
        return self._accounts.get(account, frozenset())


class FakeProber:
    """ports.Prober from a table; an account that is not in it shows nothing."""

    def __init__(self, sights: Mapping[AccountId, Sight]) -> None:
        self.sights = sights
        self.asked: list[Question] = []

    def look(self, questions: Iterable[Question]) -> Iterator[Sight]:
        for question in questions:
            self.asked.append(question)
            yield self.sights.get(question.account, Sight(question.account))
