"""The last gate before AWS: no call changes what the rules do not want changed now, whatever a plan or a journal says."""

from collections.abc import Iterable, Mapping

from orchestrator.errors import RefusedError
from orchestrator.model.alteration import Revision
from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId, OperationKey, StackSetName
from orchestrator.model.operation import Operation
from orchestrator.model.organization import TrustedAccess
from orchestrator.model.outcome import Deviation, Progress
from orchestrator.model.state import Place, State
from orchestrator.planning.excess import excesses
from orchestrator.planning.mandate import Mandate
from orchestrator.ports import Deployer


class Guard:
    """ports.Deployer in front of another one.

    ``in_flight`` are operations as earlier runs sent them, known to be within the mandate: what AWS has done of them since is observed
    by now and needs none any more. Without a mandate nothing is sent.
    """

    def __init__(self, deployer: Deployer, mandate: Mandate | None, in_flight: Mapping[OperationKey, Operation]) -> None:
        self._deployer = deployer
        self._mandate = mandate
        self._in_flight = in_flight

    def observe(self, windowed: Iterable[StackSetName] = ()) -> State:
        return self._deployer.observe(windowed)

    def trusted_access(self) -> TrustedAccess | Unknown:
        return self._deployer.trusted_access()

    def submit(self, operation: Operation, operation_id: str) -> bool:
        """As the port says. Raises RefusedError (``stale_plan``) for whatever the rules do not want now; nothing is sent."""
        if operation != self._in_flight.get(operation.id) and (reason := self._reason_against(operation)):
            raise RefusedError(
                f"{operation.id} {operation.kind} is refused. {reason}.",
                kind="stale_plan",
                where=str(operation.place),
                remedy="Nothing was sent for it. Make a new plan and review it: orchestrator plan --out FILE",
            )
        return self._deployer.submit(operation, operation_id)

    def _reason_against(self, operation: Operation) -> str:
        if self._mandate is None:
            return f"{operation.place}: nothing is sent for a plan that is given up"
        return str(next(excesses(operation, self._mandate), ""))

    def progress(self, operation: Operation, operation_id: str) -> Progress | None:
        return self._deployer.progress(operation, operation_id)

    def last_revision(self, place: Place, account: AccountId) -> Revision | None:
        return self._deployer.last_revision(place, account)

    def detect_drift(self, stack_sets: Iterable[StackSetName]) -> tuple[Deviation, ...]:
        return self._deployer.detect_drift(stack_sets)
