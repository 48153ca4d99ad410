"""Facts that several checks need: read once, by the check that asks first, and an error is remembered like a value."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Generic, TypeVar

from orchestrator.doctor.needs import names_by_account, new_roles, relied_on
from orchestrator.doctor.simulation import questions
from orchestrator.doctor.surroundings import AccountView, Decisions, Names, Surroundings, Views
from orchestrator.errors import OrchestratorError
from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Plan
from orchestrator.model.roles import RoleKind
from orchestrator.planning.make_plan import make_plan
from orchestrator.probing.existing import AssessedRole
from orchestrator.probing.sample import sample
from orchestrator.runs import Tools, World, discover
from orchestrator.runs.belonging import refuse_state_of_another
from orchestrator.runs.foresight import look_ahead
from orchestrator.runs.planning import ROLL_OUT, basis_for
from orchestrator.runs.world import read_deployed, with_policies
from orchestrator.selection.references import extent_of

T = TypeVar("T")


class UnreadError(OrchestratorError):
    """A fact that could not be read; ``check`` is the one that reports it as its own failure."""

    def __init__(self, check: str, cause: OrchestratorError) -> None:
        super().__init__(cause.message, where=cause.where, remedy=cause.remedy)
        self.check = check


class Fact(Generic[T]):
    """Something read at most once, on whichever thread asks first. ``check`` names the check that answers for it."""

    def __init__(self, check: str, read: Callable[[], T]) -> None:
        self._check = check
        self._read = read
        self._lock = Lock()
        self._found: list[T] = []
        self._error: UnreadError | None = None

    def __call__(self) -> T:
        """Raises UnreadError, of the check of another fact where that is what this one lacks."""
        with self._lock:
            if not self._found:
                self._found.append(self._ask())
            return self._found[0]

    def _ask(self) -> T:
        if self._error is not None:
            raise self._error
        try:
            return self._read()
        except UnreadError as error:
            self._error = error
        except OrchestratorError as error:
            self._error = UnreadError(self._check, error)
        raise self._error


class Facts:
    """What the checks look at. Nothing is read before a check asks for it; ``percent`` of the accounts is looked into, or all."""

    def __init__(self, tools: Tools, surroundings: Surroundings, *, percent: float | None = None) -> None:
        self.tools = tools
        self.surroundings = surroundings
        self._percent = percent
        self.caller = Fact("credentials", surroundings.caller)
        self.organization = Fact("organization", self._discover)
        self.controlled = Fact("service_control_policies", lambda: with_policies(tools, self.organization()))
        self.administrator = Fact("delegated_administrator", lambda: surroundings.check_administrator(self.organization()))
        self.belonging = Fact("state", lambda: refuse_state_of_another(tools, self.organization()))
        self.world = Fact("plan", self._look_around)
        self.plan = Fact("plan", self._plan)
        self.decisions = Fact("permissions", self._simulate)
        self.new_roles = Fact("plan", lambda: new_roles(self.plan(), tools.rollout))
        self.relied_on = Fact("plan", lambda: relied_on(self.plan(), tools.rollout, tools.catalog, self.world().selection))
        self.views = Fact("access_roles", self._look_into)
        self.existing = Fact("names_in_accounts", self._look_at_existing)

    def _discover(self) -> Organization:
        self.caller()
        return discover(self.tools, extent_of(self.tools.rollout))

    def _look_around(self) -> World:
        organization = self.organization()
        self.administrator()
        self.belonging()
        return read_deployed(self.tools, organization, self.tools.reach(organization))

    def _plan(self) -> Plan:
        return make_plan(basis_for(self.tools, ROLL_OUT, self.world()))

    def _simulate(self) -> Decisions | Unknown:
        return self.surroundings.decisions(questions(self.tools.rollout, self.caller().account))

    def _look_at_existing(self) -> Mapping[tuple[AccountId, RoleKind], AssessedRole]:
        """The roles of others that stand where the plan makes one, in accounts that show one."""
        seen = {account: view for account, view in self.views().items() if isinstance(view, AccountView)}
        taken = {
            account: frozenset(role.kind for role in roles if role.name in seen[account].roles)
            for account, roles in self.new_roles().items()
            if account in seen
        }
        found = look_ahead(self.tools, self.world(), {account: kinds for account, kinds in taken.items() if kinds}, {})
        return {(role.account, role.kind): role for role in found.taken}

    def _look_into(self) -> Views:
        """The accounts that get roles or rely on them, those with temporary grants, and the hub."""
        organization, hubs = self.organization(), [*filter(None, [self.tools.rollout.hub_account])]
        names = names_by_account((self.new_roles(), self.relied_on()))
        there = {*names, *hubs, *(grant.account for grant in self.plan().temporary)} & organization.accounts.keys()
        chosen = sorted(there) if self._percent is None else sample(there, self._percent, always=hubs)
        return self.surroundings.look_into(organization, {account: names.get(account, Names()) for account in chosen})
