"""The one way StackSets and the management account's stacks are read and changed: which part answers for which operation."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from functools import cached_property

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.administrators import Administrators
from orchestrator.adapters.aws.clients import ClientSource
from orchestrator.adapters.aws.discretion import Discretion
from orchestrator.adapters.aws.drift import StackDrift, StackSetDrift
from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.observation import StackSetReader
from orchestrator.adapters.aws.patience import Patience, StillBusyError
from orchestrator.adapters.aws.progress import StackSetProgress
from orchestrator.adapters.aws.site import Site
from orchestrator.adapters.aws.stack_changes import StackWriter
from orchestrator.adapters.aws.stack_progress import StackProgress
from orchestrator.adapters.aws.stack_sets import StackSetWriter
from orchestrator.adapters.aws.stacks import StackReader
from orchestrator.adapters.aws.values import read_parameters, read_revision
from orchestrator.adapters.clock import SystemClock
from orchestrator.errors import AwsError
from orchestrator.model.activity import Tell, ignore
from orchestrator.model.alteration import Revision
from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId, OuId, Region, StackSetName
from orchestrator.model.operation import Create, Delete, Operation, Update
from orchestrator.model.organization import TrustedAccess
from orchestrator.model.outcome import Deviation, OperationStatus, Progress
from orchestrator.model.rollout import CallAs, Pace
from orchestrator.model.state import Place, State
from orchestrator.ports import Clock


class StackSetDeployer:
    """ports.Deployer on CloudFormation.

    Where ``access`` has no way into the management account, its stacks are neither read nor changed. ``secrets`` map a fingerprint
    to its external id; ``salt`` is the one they are made with.
    """

    def __init__(  # noqa: PLR0913 - what a rollout says about AWS, each by name
        self,
        session: ClientSource,
        *,
        prefix: str,
        home_region: Region,
        call_as: CallAs,
        management_account: AccountId,
        root: OuId,
        pace: Pace,
        access: AccountAccess,
        secrets: Mapping[str, str],
        salt: str,
        delegated: Collection[AccountId] = (),
        clock: Clock | None = None,
        tell: Tell = ignore,
    ) -> None:
        clock = clock or SystemClock()
        self._site = Site(prefix=prefix, salt=salt, home_region=home_region, root=root, caller=call_as, pace=pace)
        self._patience = Patience(clock, limit=timedelta())
        self._access = access
        self._secrets = secrets
        self._discretion = Discretion(secrets)
        self._management_account = management_account
        self._administrators = Administrators(management_account, delegated)
        self._reader = StackSetReader(session, self._site, tell)
        self._writer = StackSetWriter(self._reader, self._site, self._patience, secrets)
        self._progress = StackSetProgress(self._reader, self._site, clock)
        self._drift = StackSetDrift(self._reader, self._site, Patience(clock), tell)
        self._fulfilled: set[str] = set()

    def observe(self, windowed: Iterable[StackSetName] = ()) -> State:
        self._administrators.check(self._access.session.account(), self._site.caller)
        with self._discretion.kept():
            stacks = self._stacks.reader.observe() if self._stacks else {}
            return self._discretion.hide_in_state({**self._reader.observe(frozenset(windowed)), **stacks})

    def trusted_access(self) -> TrustedAccess | Unknown:
        return self._reader.trusted_access()

    def submit(self, operation: Operation, operation_id: str) -> bool:
        """What there is nothing to do for counts as started, and has succeeded."""
        try:
            with self._discretion.kept():
                if not self._submit(operation, operation_id):
                    self._fulfilled.add(operation_id)
        except StillBusyError:
            return False
        return True

    def progress(self, operation: Operation, operation_id: str) -> Progress | None:
        """An operation that found nothing to do is unknown to AWS and has succeeded."""
        if operation_id in self._fulfilled:
            accounts = len(operation.accounts)
            return Progress(OperationStatus.SUCCEEDED, accounts, accounts)
        match operation:
            case Create() | Update() | Delete() if operation.place.is_stack:
                progress = self._in_management().progress.of(operation, operation_id)
            case _:
                progress = self._progress.of(operation, operation_id)
        return self._discretion.hide_in(progress)

    def detect_drift(self, stack_sets: Iterable[StackSetName]) -> tuple[Deviation, ...]:
        names = tuple(sorted(set(stack_sets)))
        in_stacks = self._stacks.drift.detect(names) if self._stacks else ()
        return (*self._drift.detect(names), *in_stacks)

    def last_revision(self, place: Place, account: AccountId) -> Revision | None:
        if not place.is_stack:
            with speaking(f"read the overrides of {place.name} in {account}"):
                return read_revision(self._reader.overrides(place.name, account))
        row = self._stacks.reader.describe(place.name) if self._stacks else None
        return read_revision(read_parameters(row.get("Parameters", []), self._site.salt)) if row else None

    def _submit(self, operation: Operation, operation_id: str) -> bool:
        match operation:
            case Create() | Update() | Delete() if operation.place.is_stack:
                has_started = self._in_management().writer.submit(operation, operation_id)
                self._in_management().progress.note_start(operation_id)
                return has_started
            case _:
                return self._writer.submit(operation, operation_id)

    @cached_property
    def _stacks(self) -> "ManagementStacks | None":
        source = self._access.management()
        return ManagementStacks(source, self._site, self._patience, self._secrets, self._management_account) if source else None

    def _in_management(self) -> "ManagementStacks":
        if self._stacks is None:
            raise AwsError(
                "the plan changes stacks in the management account, which cannot be reached from here.",
                where=self._management_account,
                remedy="Set access.management_role_arn, or run with credentials of the management account.",
            )
        return self._stacks


class ManagementStacks:
    """The four parts that answer for plain stacks."""

    def __init__(
        self, source: ClientSource, site: Site, patience: Patience, secrets: Mapping[str, str], management_account: AccountId
    ) -> None:
        self.reader = StackReader(source, site, management_account)
        self.writer = StackWriter(self.reader, site, patience, secrets)
        self.progress = StackProgress(self.reader)
        self.drift = StackDrift(self.reader, patience, management_account)
