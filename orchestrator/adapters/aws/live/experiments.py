"""The part of the live list that tries things on two accounts. Each step stands on what the one before left."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.adapters.aws.live.inside import Inside
from orchestrator.adapters.aws.live.refusals import or_refusal
from orchestrator.adapters.aws.live.template import DESCRIPTION, LONG
from orchestrator.adapters.aws.live.trial import Ended, Trial
from orchestrator.doctor.live.things import Thing, ThingKind
from orchestrator.doctor.live.workbench import Answers, Making
from orchestrator.model.identifiers import AccountId
from orchestrator.ports import Clock

LIST_LAG = timedelta(minutes=1)
WINDOW = {"NotBefore": "2026-01-01T00:00:00Z", "NotAfter": "2026-01-02T00:00:00Z"}


@dataclass(frozen=True, slots=True)
class Experiments:
    """``trial`` is the StackSet most steps are about, ``taken`` one whose role's name is taken in account ``b``."""

    a: Inside
    b: Inside
    trial: Trial
    taken: Trial
    clock: Clock

    @property
    def both(self) -> tuple[AccountId, AccountId]:
        return self.a.account, self.b.account

    def description(self, making: Making) -> Answers:
        """A letter that is not ASCII, read back."""
        with making(Thing(ThingKind.STACK_SET, self.trial.name, self.both)):
            self.trial.create()
        shown = self.trial.describe() or {}
        read = {"description": shown.get("Description", ""), "template": description_in(shown.get("TemplateBody", ""))}
        return {"sent": DESCRIPTION, **read, "are_kept": set(read.values()) == {DESCRIPTION}}

    def instances(self, _: Making) -> Answers:
        """Root and INTERSECTION, and how long the lists lag."""
        ended = self.trial.deploy(*self.both)
        begin = self.clock.now()
        while not self._are_current() and self.clock.now() - begin < LIST_LAG:
            self.clock.sleep(1)
        return {
            **outcome(ended),
            "list_lag_seconds": seconds_since(begin, self.clock),
            "instances": self.trial.instances(),
            "auto_deployment_targets": or_refusal(self.trial.auto_deployment_targets),
        }

    def name_taken(self, making: Making) -> Answers:
        """A role of that name is in B: the reason, what is left, and which retry works once the name is free."""
        with making(Thing(ThingKind.ROLE, self.taken.name, (self.b.account,))):
            self.b.make_role(self.taken.name)
        with making(Thing(ThingKind.STACK_SET, self.taken.name, self.both)):
            self.taken.create()
        ended = self.taken.deploy(self.b.account)
        answers = {
            **outcome(ended),
            "results": self.taken.results(ended),
            "instances": self.taken.instances(),
            "stacks": sorted({status for _, status in self.b.stacks_of(self.taken.name)}),
        }
        self.b.remove_role(self.taken.name)
        return {
            **answers,
            "update_instances": retried(self.taken, lambda: self.taken.update(self.b.account)),
            "create_instances": retried(self.taken, lambda: self.taken.deploy(self.b.account)),
        }

    def update_of_one_account(self, _: Making) -> Answers:
        """UpdateStackSet for A: what B is then, and whether UpdateStackInstances brings it up to date."""
        ended = self.trial.redefine({"MaxSession": LONG}, self.a.account)
        return {
            **outcome(ended),
            "instances": self.trial.instances(),
            "update_instances": retried(self.trial, lambda: self.trial.update(self.b.account)),
        }

    def window(self, _: Making) -> Answers:
        """Overrides for A, as DescribeStackInstance shows them, and after an update without any."""
        ended = self.trial.update(self.a.account, overrides=WINDOW)
        shown = {account: self.trial.overrides(account) for account in self.both}
        later = self.trial.update(self.a.account)
        return {
            **outcome(ended),
            "overrides": shown,
            "after_another_update": {**outcome(later), "overrides": self.trial.overrides(self.a.account)},
        }

    def _are_current(self) -> bool:
        shown = self.trial.instances()
        return shown.keys() >= set(self.both) and all(instance["status"] == "CURRENT" for instance in shown.values())


def retried(trial: Trial, attempt: Callable[[], Ended]) -> Answers:
    ended = or_refusal(attempt)
    if not isinstance(ended, Ended):
        return {**ended, "instances": trial.instances()}
    return {**outcome(ended), "results": trial.results(ended), "instances": trial.instances()}


def description_in(template: str) -> str:
    """What the template says of itself; empty when it is no JSON any more."""
    try:
        return str(json.loads(template).get("Description", ""))
    except ValueError:
        return ""


def outcome(ended: Ended) -> dict[str, object]:
    return {"operation": ended.status, "seconds": ended.seconds}


def seconds_since(begin: datetime, clock: Clock) -> float:
    return round((clock.now() - begin).total_seconds(), 1)
