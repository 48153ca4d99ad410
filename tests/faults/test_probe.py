"""A look inside the accounts that is interrupted goes on where it was, and remembers what it found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from orchestrator.errors import StateError
from orchestrator.execution.events import Event, ProbeResumed
from orchestrator.execution.layout import PROBE
from orchestrator.execution.probe_note import write_note
from orchestrator.model.activity import Activity, ActivityEnded, ActivityProgressed
from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import Question, Sight, UnexpectedRole
from orchestrator.runs import ProbeRequest, probing, verify
from tests.worlds.catalogs import CATALOG
from tests.worlds.clocks import FakeClock
from tests.worlds.fakes import FakeDeployer, FakeProber
from tests.worlds.memory import MemoryAws
from tests.worlds.situations import deployed, member, members

COUNT = 9
EVERYONE = ProbeRequest()


@dataclass
class Interrupted(FakeProber):
    """The signal comes when so many accounts were answered."""

    sights: dict[AccountId, Sight] = field(default_factory=dict)
    after: int | None = None
    asked: list[Question] = field(default_factory=list)

    def look(self, questions: Iterable[Question]) -> Iterator[Sight]:
        for number, sight in enumerate(super().look(questions)):
            if number == self.after:
                raise KeyboardInterrupt
            yield sight


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setattr(probing, "EVERY", 2)


def is_activity(event):
    return isinstance(event, ActivityProgressed | ActivityEnded)


@pytest.fixture
def aws(monkeypatch):
    """All accounts hold their roles, by the stack instances; what is inside shows nothing of them."""
    known = deployed(COUNT)
    made = MemoryAws(known.organization, FakeDeployer(known.observed), clock=FakeClock())
    prober = Interrupted()
    tools = made.tools(known.rollout, CATALOG)
    reach = replace(tools.reach(known.organization), prober=prober)
    return replace(tools, reach=lambda _: reach), prober


def look(aws, request=EVERYONE):
    tools, prober = aws
    prober.asked.clear()
    events: list[Event] = []
    found = verify(replace(tools, tell=events.append), inside=request)
    return found, [question.account for question in prober.asked], events


def interrupt(aws, after):
    _, prober = aws
    prober.after = after
    with pytest.raises(KeyboardInterrupt):
        look(aws)
    prober.after = None


def test_the_same_command_goes_on_after_the_accounts_that_were_looked_into(aws):
    whole, everyone, _ = look(aws)
    interrupt(aws, after=5)
    found, asked, events = look(aws)
    assert asked == everyone[5:]
    assert next(event for event in events if not is_activity(event)) == ProbeResumed(5, len(everyone))
    assert found.missing == whole.missing
    assert found.probed is not None
    assert (found.probed.looked, found.probed.resumed_after) == (len(everyone), 5)
    assert look(aws)[1] == everyone


def test_a_process_that_was_killed_loses_what_came_after_the_last_note(aws, monkeypatch):
    monkeypatch.setattr(probing, "write_note", killed_after(write_note, notes=3))
    with pytest.raises(SystemExit):
        look(aws)
    monkeypatch.undo()
    _, asked, events = look(aws)
    assert next(event for event in events if not is_activity(event)) == ProbeResumed(4, COUNT + 2)
    assert len(asked) == COUNT + 2 - 4


def killed_after(write, notes):
    left = iter(range(notes))

    def once(*given):
        if next(left, None) is None:
            raise SystemExit
        write(*given)

    return once


def test_progress_is_shown(aws):
    _, everyone, events = look(aws)
    seen = [event for event in events if is_activity(event) and event.activity is Activity.PROBE]
    assert [event.done for event in seen[:-1]] == list(range(len(everyone) + 1))
    assert seen[-2] == ActivityProgressed(Activity.PROBE, len(everyone), len(everyone), "9 findings")
    assert seen[-1] == ActivityEnded(Activity.PROBE)


@pytest.mark.parametrize("change", ["a day later", "another sample", "another stack instance"])
def test_what_was_asked_otherwise_or_long_ago_is_asked_anew(aws, change):
    tools, _ = aws
    interrupt(aws, after=5)
    request = ProbeRequest(percent=50) if change == "another sample" else EVERYONE
    if change == "a day later":
        tools.clock.time += timedelta(days=1)
    if change == "another stack instance":
        deployer = tools.reach(tools.directory.discover()).deployer
        deployer.state = {place: replace(unit, instances=dict(list(unit.instances.items())[1:])) for place, unit in deployer.state.items()}
    found, asked, events = look(aws, request)
    assert found.probed is not None
    assert len(asked) == found.probed.looked
    assert not any(isinstance(event, ProbeResumed) for event in events)


def test_named_accounts_leave_the_progress_of_the_others_as_it_is(aws):
    interrupt(aws, after=5)
    look(aws, ProbeRequest(accounts=(member(0),)))
    assert next(event for event in look(aws)[2] if not is_activity(event)) == ProbeResumed(5, COUNT + 2)


def test_what_was_found_in_an_account_is_forgotten_when_it_is_in_order_again(aws):
    _, prober = aws
    prober.sights = {member(0): Sight(member(0), unexpected=(UnexpectedRole("quiet", "/"),))}
    assert member(0) in {row.account for row in look(aws)[0].unexpected}
    prober.sights = {}
    look(aws, ProbeRequest(accounts=(member(0),)))
    assert member(0) not in {row.account for row in look(aws, ProbeRequest(accounts=members(COUNT)))[0].unexpected}


def test_a_note_that_cannot_be_read_is_said_before_anything_is_asked(aws):
    tools, prober = aws
    tools.store.put(PROBE, b"{}")
    with pytest.raises(StateError, match="what the last look inside the accounts found") as error:
        look(aws)
    assert "Delete probe" in str(error.value.remedy)
    assert prober.asked == []
