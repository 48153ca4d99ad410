"""What is granted and no rule wants any more, because accounts moved or changed while a run went on."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.errors import ConfigurationError
from orchestrator.execution.freshness import changed_targets
from orchestrator.model.assignment import Selection
from orchestrator.model.identifiers import AccountId
from orchestrator.model.names import group_set_of
from orchestrator.model.organization import Organization
from orchestrator.model.outcome import Deviation
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.state import Place, State, instances_in, ours
from orchestrator.planning.grants import handed_over, wanted_sets
from orchestrator.planning.make_plan import is_allowed
from orchestrator.planning.projection import project
from orchestrator.runs.tools import Tools
from orchestrator.selection.select import select
from orchestrator.temporary.requests import WantedGrant

Holding = tuple[Place, AccountId]

CHANGED = "moved, or what the rules look at has changed"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules want of the organization as it was read once."""

    selection: Selection
    wanted: frozenset[Holding]

    def is_excluded(self, account: AccountId) -> bool:
        share = self.selection.assignments.get(account)
        return share is None or share.excluded is not None


def unwanted_since(tools: Tools, plan: Plan, before: Organization, after: Organization, observed: State) -> tuple[Deviation, ...]:
    """What was wanted of the organization when the run began, is there, and is not wanted of it as it is now.

    In accounts that the plan changed everything counts that it meant to be there, whenever they moved. What other accounts hold that
    are excluded by now stays, and plans that only revoke leave nothing of the kind.
    """
    if plan.header.purpose in (Purpose.CLEANUP, Purpose.DESTROY, Purpose.FORGET):
        return ()
    changed, end = changed_targets(plan, after), project(plan.operations, plan.observed)
    if before == after and not changed:
        return ()
    then, now = rule_on(before, tools, plan, end), rule_on(after, tools, plan, end)
    meant = held(end) & held(observed) - now.wanted
    return tuple(
        Deviation(account, place.name, f"granted, and no rule wants it any more: the account {changed.get(account, CHANGED)}")
        for place, account in sorted(meant)
        if (account in changed or ((place, account) in then.wanted and not now.is_excluded(account)))
        and place.name not in handed_over(tools.rollout)
    )


def held(state: State) -> frozenset[Holding]:
    return frozenset((place, account) for place, account, _ in instances_in(ours(state)))


def rule_on(organization: Organization, tools: Tools, plan: Plan, end: State) -> Ruling:
    """Where the rules name an account that has left they say nothing."""
    try:
        selection = select(tools.rollout, tools.catalog, organization)
    except ConfigurationError:
        return Ruling(Selection({}), frozenset())
    alive = tuple(living(tools, plan, selection, end))
    found = wanted_sets(tools.rollout, tools.catalog, organization, selection, alive, end)
    return Ruling(selection, frozenset((place, account) for place, wanted in found.items() for account in wanted.accounts))


def living(tools: Tools, plan: Plan, selection: Selection, end: State) -> Iterator[WantedGrant]:
    """Temporary grants that a rule or a person wants: in an earlier plan, or in this one."""
    asked = {(grant.group_set, grant.account) for grant in plan.temporary if grant.asked_for is not None}
    if plan.header.purpose is Purpose.TEMPORARY_GRANT:
        asked |= {(change.group_set, account) for change in plan.changes if change.group_set is not None for account in change.accounts}
    for place, account in held(end):
        name = group_set_of(plan.header.prefix, place.name)
        if name in tools.catalog.temporary_sets():
            grant = WantedGrant(name, account, "")
            if name in selection.granted(account) or ((name, account) in asked and is_allowed(grant, selection)):
                yield grant
