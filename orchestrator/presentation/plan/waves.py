"""What a plan does, wave by wave: who is in each wave, why, and the operations."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import DeleteInstances, Operation, StopAutoDeployment
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.rollout import Wave
from orchestrator.model.selectors import notation_of
from orchestrator.planning.estimate import estimate
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.places import Targets, named, where
from orchestrator.presentation.plan.view import View
from orchestrator.presentation.words import expected_span, listed

FEW = 12
"""As many operations of a plan are listed; more are counted by wave and kind."""
NAMED = 3
"""As many preceding operations are named; more are counted."""


def wave_lines(plan: Plan, targets: Targets, page: Page, view: View) -> list[str]:
    """Time, and each wave with its accounts and operations."""
    if not plan.operations:
        return []
    time = expected_span(estimate(plan.operations, plan.header.pace))
    folded = "" if is_open(plan, view) else f"operations are counted by kind: {view.opens_detail} lists them"
    waves = (line for name, found in operations_by_wave(plan).items() for line in one_wave(name, found, plan, targets, page, view))
    return [page.paint("Operations", Tone.TITLE), *page.wrap(time, "  ", "    "), *page.wrap(folded, "  ", "    "), *waves]


def is_open(plan: Plan, view: View) -> bool:
    return view.detail or len(plan.operations) <= FEW


def operations_by_wave(plan: Plan) -> Mapping[str, list[Operation]]:
    waves: dict[str, list[Operation]] = {}
    for operation in plan.operations:
        waves.setdefault(operation.wave, []).append(operation)
    return waves


def accounts_by_wave(plan: Plan) -> Mapping[str, frozenset[AccountId]]:
    """The accounts that the operations of each wave change; one can be in several waves."""
    waves = operations_by_wave(plan).items()
    return {wave: frozenset(account for operation in found for account in operation.accounts) for wave, found in waves}


def one_wave(name: str, operations: Sequence[Operation], plan: Plan, targets: Targets, page: Page, view: View) -> Iterator[str]:
    members = frozenset(account for operation in operations for account in operation.accounts)
    yield from page.wrap(f"wave {name}: {counted(len(operations), 'operation')} in {counted(len(members), 'account')}", "  ", "    ")
    yield from page.flow(where(members, targets, view.opens_accounts), "      ")
    yield from page.wrap(hub_words(name, members, plan, targets), "      ")
    yield from page.wrap(selection_words(name, plan.header.pace.waves), "      ")
    if is_open(plan, view):
        yield from page.table(map(operation_row, operations), "    ")
    else:
        yield from page.wrap(kinds_in(operations), "      ")


def hub_words(name: str, members: Collection[AccountId], plan: Plan, targets: Targets) -> str:
    """Why the hub is in the first wave, whatever chooses the others."""
    hub = plan.header.hub
    is_rollout = plan.header.purpose is Purpose.ROLLOUT
    if not is_rollout or hub is None or hub not in members or not is_first(name, plan.header.pace.waves):
        return ""
    return f"{named(hub, targets)} is the hub, which goes first: without its roles no spoke is of use"


def selection_words(name: str, waves: Sequence[Wave]) -> str:
    """How rollout.yaml chooses the wave."""
    return next((chosen_by(wave, is_last=wave is waves[-1], is_only=len(waves) == 1) for wave in waves if wave.name == name), "")


def is_first(name: str, waves: Sequence[Wave]) -> bool:
    return bool(waves) and waves[0].name == name


def chosen_by(wave: Wave, *, is_last: bool, is_only: bool) -> str:
    if is_last:
        return "" if is_only else "rollout.yaml: every account that is left"
    if wave.where is not None:
        return f"rollout.yaml: accounts that match {json.dumps(notation_of(wave.where), ensure_ascii=False)}"
    return f"rollout.yaml: {100 if wave.percent is None else wave.percent} % of the accounts that are left"


def kinds_in(operations: Sequence[Operation]) -> str:
    """``create stack set 14, create instances 16``."""
    kinds = Counter(kind_words(operation) for operation in operations)
    return ", ".join(f"{kind} {number:,}" for kind, number in kinds.items())


def kind_words(operation: Operation) -> str:
    return operation.kind.replace("_", " ")


def operation_row(operation: Operation) -> tuple[str, ...]:
    many, after = len(operation.accounts), operation.after
    preceding = listed(after) if len(after) <= NAMED else counted(len(after), "operation")
    what = "automatic deployment off" if isinstance(operation, StopAutoDeployment) else counted(many, "account") if many else ""
    retained = "stacks stay" if isinstance(operation, DeleteInstances) and operation.retains else ""
    details = (what, retained, f"after {preceding}" if after else "")
    return (operation.id, kind_words(operation), operation.place.name, ", ".join(filter(None, details)))
