"""Whether prober.json, exactly as it is written, is enough in account A for all that looks into accounts."""

from collections.abc import Callable
from dataclasses import dataclass

from orchestrator.adapters.aws.live.assuming import let_in
from orchestrator.adapters.aws.live.inside import Inside
from orchestrator.adapters.aws.live.refusals import OK
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.doctor.live.things import Thing, ThingKind
from orchestrator.doctor.live.workbench import Answers, Making
from orchestrator.model.evidence import Unknown
from orchestrator.model.inside import Question
from orchestrator.model.rollout import Access, Rollout
from orchestrator.ports import Clock
from orchestrator.rights import Policy, policy_of
from orchestrator.runs import Reach

SETTLING_SECONDS = 10.0
"""A policy takes a while to count after its role lets the caller in."""


@dataclass(frozen=True, slots=True)
class Policies:
    """``reach`` makes what looks into accounts, by other access roles than those of rollout.yaml."""

    a: Inside
    session: AwsSession
    rollout: Rollout
    reach: Callable[[Access], Reach]
    name: str
    clock: Clock

    @property
    def role(self) -> Thing:
        return Thing(ThingKind.ROLE, f"{self.name}-prober", (self.a.account,))

    def prober(self, making: Making) -> Answers:
        with making(self.role):
            arn = self.a.make_role(self.role.name, self.session.account())
        self.a.put_policy(self.role.name, "prober", policy_of(Policy.PROBER, self.rollout))
        let_in(self.session.client("sts"), arn, self.clock)
        self.clock.sleep(SETTLING_SECONDS)
        return self._look(self.reach(Access((self.role.name,))))

    def _look(self, reach: Reach) -> Answers:
        """``ok``, or why something could not be read."""
        account, names = self.a.account, sorted({role.name for kind, role in self.rollout.roles.items() if not kind.is_hub})
        (sight,) = reach.prober.look([Question(account, tuple(names))])
        inline = {name: reach.inspector.inline_policies(account, name) for name in names}
        seen = {name: reach.evidence.read(account, terms.remove_when) for name, terms in self.rollout.temporary.items()}
        return {
            "probe": sight.error or sight.unsearched or OK,
            "inline_policies": {name: found if isinstance(found, str) else OK for name, found in inline.items()},
            "evidence": {name: found.reason if isinstance(found, Unknown) else OK for name, found in seen.items()},
        }
