"""Whatever happened to temporary grants, after a clean-up none outlives its use or its end, and no window moved but by request."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.model.evidence import Unknown, Unused, Used
from orchestrator.model.identifiers import PlanDigest
from orchestrator.model.plan import Purpose
from orchestrator.model.state import Place, Window
from orchestrator.model.temporary import LedgerEvent, LedgerRecord, TemporaryState
from orchestrator.planning.make_plan import make_plan
from orchestrator.temporary.requests import WantedGrant
from tests.worlds.situations import PASSING, PASSING_SET, grants, members, with_rules, with_stack_set, world

ACCOUNTS = members(2)
RULES = (grants("temporarily", ACCOUNTS, PASSING), grants("one of them", ACCOUNTS[:1], PASSING), grants("lasting", ACCOUNTS))
AGE = timedelta(hours=12)
ENDINGS = {TemporaryState.USED: LedgerEvent.USED, TemporaryState.EXPIRED: LedgerEvent.EXPIRED}

account = st.sampled_from(ACCOUNTS)
steps = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([timedelta(hours=1), timedelta(hours=13), timedelta(days=29), timedelta(days=31)])),
    st.tuples(st.just("use"), account),
    st.tuples(st.just("hide"), account),
    st.tuples(st.just("request"), account),
    st.tuples(st.just("rules"), st.sampled_from(RULES)),
    st.tuples(st.just("apply"), st.sampled_from([Purpose.ROLLOUT, Purpose.CLEANUP])),
)


def windows(known):
    found = known.observed.get(Place(PASSING_SET))
    return {holder: instance.window for holder, instance in found.instances.items()} if found else {}


def applied(known, plan, because=None):
    """The world after the plan; the ledger notes what began and what ended, and what a person asked for, now or before."""
    states = {grant.account: grant for grant in plan.temporary}
    before, after = windows(known), replace(known.carry_out(plan), ledger=known.ledger)
    records = [
        LedgerRecord(known.now, LedgerEvent.GRANTED, PASSING, holder, PlanDigest(""), window, deliberate=bool(asked), because=asked or "")
        for holder, window in windows(after).items()
        if before.get(holder) != window
        for asked in [because or (states[holder].asked_for if holder in states else None)]
    ]
    for holder in set(before) - set(windows(after)):
        events = filter(None, (ENDINGS.get(states[holder].state), LedgerEvent.REVOKED))
        records += [LedgerRecord(known.now, event, PASSING, holder, PlanDigest(""), before[holder]) for event in events]
    return replace(after, ledger=(*known.ledger, *records))


def requested(known, holder):
    request = WantedGrant(PASSING, holder, "asked for", Window(known.now, known.now + timedelta(days=1)))
    plan = make_plan(replace(known.basis(Purpose.TEMPORARY_GRANT), grant=request))
    return applied(known, plan, because="asked for")


def taken(known, step):
    match step:
        case "wait", length:
            return replace(known, now=known.now + length)
        case "use", holder if holder in windows(known):
            return replace(known, evidence={**known.evidence, (PASSING, holder): Used(known.now, "seen")})
        case "hide", holder if not isinstance(known.evidence.get((PASSING, holder)), Used):
            return replace(known, evidence={**known.evidence, (PASSING, holder): Unknown("access denied")})
        case "request", holder:
            return requested(known, holder)
        case "rules", rule:
            return with_rules(known, rule)
        case "apply", purpose:
            return applied(known, known.plan(purpose))
        case "tamper", (holder, length) if windows(known).get(holder):
            return moved(known, holder, length)
        case _:
            return known


def moved(known, holder, length):
    """Somebody else sets another end in AWS."""
    stack_set = known.observed[Place(PASSING_SET)]
    window = replace(stack_set.instances[holder].window, not_after=stack_set.instances[holder].window.not_after + length)
    instances = {**stack_set.instances, holder: replace(stack_set.instances[holder], window=window)}
    return with_stack_set(known, PASSING_SET, replace(stack_set, instances=instances))


def start():
    fresh = world(2, RULES[0])
    terms = replace(fresh.rollout.temporary[PASSING], minimum_age=AGE)
    return replace(fresh, rollout=replace(fresh.rollout, temporary={**fresh.rollout.temporary, PASSING: terms}))


@given(history=st.lists(steps, max_size=12))
@settings(max_examples=25)
def test_no_temporary_grant_outlives_its_use_or_its_end_once_clean_up_has_run(history):
    known = start()
    for step in history:
        before, known = windows(known), taken(known, step)
        if step[0] != "request":
            both = before.keys() & windows(known).keys()
            assert {holder: before[holder] for holder in both} == {holder: windows(known)[holder] for holder in both}
    known = applied(known, known.plan(Purpose.CLEANUP))
    for holder, window in windows(known).items():
        assert window.not_after > known.now
        evidence = known.evidence.get((PASSING, holder), Unused())
        assert not isinstance(evidence, Used) or evidence.at + AGE > known.now or evidence.at < window.not_before
    assert known.plan(Purpose.CLEANUP).operations == ()


@given(history=st.lists(steps, max_size=12))
@settings(max_examples=25)
def test_nobody_but_a_person_opens_a_second_window(history):
    known, opened = start(), set()
    for step in history:
        before, known = windows(known), taken(known, step)
        for holder, window in windows(known).items():
            if before.get(holder) != window:
                assert step[0] == "request" or holder not in opened or window in {record.window for record in known.ledger[:-1]}
                opened.add(holder)


tampering = st.tuples(st.just("tamper"), st.tuples(account, st.sampled_from([timedelta(hours=-1), timedelta(days=400)])))


@given(history=st.lists(st.one_of(steps, tampering), max_size=12))
@settings(max_examples=50)
def test_windows_moved_by_hand_prolong_nothing_and_are_put_back(history):
    known = start()
    for step in history:
        known = taken(known, step)
    known = applied(known, known.plan(Purpose.CLEANUP))
    granted = {record.account: record.window for record in known.ledger if record.event is LedgerEvent.GRANTED}
    assert all(granted[holder].not_after > known.now for holder in windows(known))
    known = applied(known, known.plan())
    granted = {record.account: record.window for record in known.ledger if record.event is LedgerEvent.GRANTED}
    assert windows(known) == {holder: granted[holder] for holder in windows(known)}
    assert known.plan().operations == ()
