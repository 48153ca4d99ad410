"""A company of any size on a local AWS, where four StackSets go to every account."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from orchestrator.adapters.files.rollout.file import load
from orchestrator.composition import equip
from orchestrator.model.identifiers import RunId
from orchestrator.model.outcome import Outcome
from orchestrator.model.plan import Purpose
from orchestrator.runs import Conduct, Intent, Tools, fulfil
from orchestrator.sandbox import Sandbox
from orchestrator.settings import Settings
from tests.worlds.clocks import RunningClock
from tests.worlds.organizations import HUB, account, snapshot
from tests.worlds.rollouts import rollout, rule, write
from tests.worlds.sandboxes import playing

GRANTS = ("spoke-checks", "spoke-ec2", "spoke-kms")
SETS = 1 + len(GRANTS)
"""The role and what goes on it."""


class PatientClock(RunningClock):
    """A sleep lasts until AWS has nothing more to do: every operation is looked at once in vain at most."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self._world = sandbox._world

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        with self._world.changed:
            self._world.changed.wait_for(lambda: not any(found.unfinished for sets in self._world.stack_sets.values() for found in sets))


@dataclass
class Company:
    """``accounts`` of them in one unit, beside the hub; each run is a process of its own, so to say."""

    sandbox: Sandbox
    folder: Path
    accounts: int

    def run(self, purpose: Purpose) -> tuple[Outcome, Counter[str]]:
        """Plan and apply in one go, agreed to beforehand: what came of it, and how often each call was made."""
        before = len(self.sandbox.journal.calls())
        outcome = fulfil(self.tools(), Intent(purpose), Conduct(RunId("run-1"), "operator"))
        return outcome, Counter(f"{call.service}:{call.operation}" for call in self.sandbox.journal.calls(since=before))

    def tools(self) -> Tools:
        content = rollout(
            [rule("workloads", {"ou": "/Workloads"}, grant=list(GRANTS))],
            state=self.folder / "state",
            rollout={"waves": [{"name": "everyone"}], "failure_tolerance_percent": 0},
        )
        loaded, catalog = load(write(self.folder, content))
        return replace(equip(loaded, catalog, Settings()), clock=PatientClock(self.sandbox))


@contextmanager
def company(accounts: int, folder: Path, environment: pytest.MonkeyPatch) -> Iterator[Company]:
    members = [
        account(str(300_000_000_000 + number), f"account-{number}", "/Workloads", tags={"team": "any"}) for number in range(accounts)
    ]
    with playing(snapshot([account(HUB, "hub", "/Security"), *members], ["/Workloads", "/Security"]), environment) as sandbox:
        yield Company(sandbox, folder, accounts)
