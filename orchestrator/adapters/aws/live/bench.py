"""doctor.live.Workbench on AWS: the list, step by step, and what may be made on the way."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.live.alterations import Alterations
from orchestrator.adapters.aws.live.experiments import Experiments
from orchestrator.adapters.aws.live.identities import Identities
from orchestrator.adapters.aws.live.inside import Inside
from orchestrator.adapters.aws.live.policies import Policies
from orchestrator.adapters.aws.live.readings import Readings
from orchestrator.adapters.aws.live.removal import remove
from orchestrator.adapters.aws.live.trial import Trial
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.site import Site
from orchestrator.doctor.live.things import Thing, ThingKind
from orchestrator.doctor.live.workbench import Answers, Making, NotDoneError, Step
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.rollout import Access, Rollout
from orchestrator.ports import Clock
from orchestrator.runs import Reach

NO_SUCH_ACCOUNT = "it needs an account that is suspended and one that leaves the organization."


class AwsWorkbench:
    """``accounts`` are the two throw-away ones; ``reach`` makes what looks into accounts, by given access roles."""

    def __init__(
        self,
        session: AwsSession,
        rollout: Rollout,
        organization: Organization,
        accounts: tuple[AccountId, AccountId],
        *,
        reach: Callable[[Access], Reach],
        clock: Clock,
    ) -> None:
        self._session = session
        self._reach = reach
        self._rollout = rollout
        self._clock = clock
        self._accounts = accounts
        self._access = AccountAccess(session, management_account=organization.management_account, access=rollout.access)
        self._site = Site(prefix="", salt="", home_region=rollout.home_region, root=organization.root, caller=rollout.call_as)
        self._readings = Readings(session, rollout, organization, self._enter)

    @property
    def prefix(self) -> str:
        """Nothing of the rollout begins so."""
        return f"doctor-{self._rollout.prefix}"

    @cached_property
    def _experiments(self) -> Experiments:
        a, b = map(self._enter, self._accounts)
        return Experiments(a, b, self._trial(f"{self.prefix}-role"), self._trial(f"{self.prefix}-taken"), self._clock)

    @cached_property
    def _identities(self) -> Identities:
        return Identities(self._enter(self._accounts[0]), self.prefix, self._clock)

    @cached_property
    def _policies(self) -> Policies:
        return Policies(self._enter(self._accounts[0]), self._session, self._rollout, self._reach, self.prefix, self._clock)

    def things(self) -> Sequence[Thing]:
        both, identities, experiments = self._accounts, self._identities, self._experiments
        return (
            Thing(ThingKind.STACK_SET, experiments.trial.name, both),
            Thing(ThingKind.STACK_SET, experiments.taken.name, both),
            Thing(ThingKind.ROLE, experiments.taken.name, (both[1],)),
            Alterations(experiments).added,
            self._policies.role,
            identities.role,
            identities.key_maker,
            identities.key,
        )

    def steps(self) -> Sequence[Step]:
        return (*self._reading_steps(), *self._trying_steps())

    def remove(self, thing: Thing) -> None:
        with speaking(f"remove {thing}"):
            remove(thing, self._trial(thing.name), self._enter)

    def _reading_steps(self) -> Sequence[Step]:
        readings = self._readings
        return (
            reading("caller", readings.caller),
            reading("features", readings.features),
            reading("trusted_access", readings.trusted_access),
            reading("calls", readings.calls),
            reading("account_fields", readings.account_fields),
            reading("tags", readings.tags),
            reading("access_roles", readings.access_roles),
            reading("managed_roles", lambda: readings.managed_roles(self._accounts)),
            reading("conditional_writes", readings.bucket),
            reading("strangers_on_managed_roles", readings.strangers),
        )

    def _trying_steps(self) -> Sequence[Step]:
        experiments, identities, alterations = self._experiments, self._identities, Alterations(self._experiments)
        return (
            trying("letters_that_are_not_ascii", experiments.description),
            trying("stack_instances", experiments.instances),
            trying("role_name_taken", experiments.name_taken),
            trying("update_of_one_account", experiments.update_of_one_account),
            trying("window", experiments.window),
            trying("drift_of_nothing", alterations.none),
            trying("drift_of_a_tag", alterations.tag),
            trying("drift_of_an_added_policy", alterations.added_policy),
            trying("drift_of_a_changed_policy", alterations.changed_policy),
            trying("drift_of_a_member_side_update", alterations.member_side_update),
            trying("drift_of_a_deleted_stack", alterations.deleted_stack),
            trying("prober_policy", self._policies.prober),
            trying("role_made_anew", identities.role_made_anew),
            trying("multi_region_key_without_the_grant", identities.multi_region_key),
            trying("suspended_and_departed_accounts", not_done(NO_SUCH_ACCOUNT)),
        )

    def _trial(self, name: str) -> Trial:
        return Trial(self._session.client("cloudformation"), self._site, name, self._clock)

    def _enter(self, account: AccountId) -> Inside:
        return Inside(self._access.session_in(account), self._rollout.home_region, self._clock)


def reading(name: str, ask: Callable[[], Answers]) -> Step:
    return trying(name, lambda _: ask())


def trying(name: str, ask: Callable[[Making], Answers]) -> Step:
    def translated(making: Making) -> Answers:
        @contextmanager
        def spoken(thing: Thing) -> Iterator[None]:
            with making(thing), speaking(f"make {thing}"):
                yield

        with speaking(f"do {name}"):
            return ask(spoken)

    return Step(name, translated)


def not_done(why: str) -> Callable[[Making], Answers]:
    def ask(_: Making) -> Answers:
        raise NotDoneError(why)

    return ask
