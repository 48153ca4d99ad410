"""Where each temporary grant stands, and which should exist now. A window is opened once: neither re-planning nor a
repair moves it, and one that ended unused is renewed only by a request.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.evidence import Evidence, Unused, Used
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.names import group_stack_set
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Condition, Instance, State, Window, instances_in, ours
from orchestrator.model.temporary import LedgerRecord, TemporaryGrant, TemporaryState
from orchestrator.temporary.memory import Key, Memory, remember
from orchestrator.temporary.requests import WantedGrant
from orchestrator.temporary.windows import format_time, open_window


@dataclass(frozen=True, slots=True)
class Judgement:
    """The state of every temporary grant, and the grants that should exist."""

    grants: tuple[TemporaryGrant, ...] = ()
    wanted: tuple[WantedGrant, ...] = ()

    def ended(self, group_set: GroupSetName | None, account: AccountId) -> TemporaryGrant | None:
        """The temporary grant of this account, if it was used or is over."""
        ended = (grant for grant in self.grants if grant.state in (TemporaryState.USED, TemporaryState.EXPIRED))
        return next((grant for grant in ended if (grant.group_set, grant.account) == (group_set, account)), None)

    def unseen(self) -> tuple[TemporaryGrant, ...]:
        """Grants that are there, or wanted, and whose use could not be looked for."""
        wanted = {(want.group_set, want.account) for want in self.wanted}
        return tuple(
            grant for grant in self.grants if grant.is_unseen or (grant.has_unknown_use and (grant.group_set, grant.account) in wanted)
        )


def candidates(catalog: Catalog, selection: Selection, held: Collection[Key], ledger: Iterable[LedgerRecord]) -> tuple[Key, ...]:
    """Every temporary grant worth looking at: granted by a rule, held, or asked for by a person."""
    temporary = catalog.temporary_sets()
    by_rule = {(name, account) for account in selection.assignments for name in selection.granted(account) if name in temporary}
    asked = {key for key, memory in remember(ledger).items() if memory.is_asked_for and key[0] in temporary}
    return tuple(sorted(by_rule | {*held} | asked))


def held_grants(rollout: Rollout, names: Iterable[GroupSetName], observed: State) -> Mapping[Key, Instance]:
    """Grants of these temporary sets that exist, in member accounts and in the management account."""
    known = {group_stack_set(rollout.prefix, name): name for name in names}
    found = instances_in(ours(observed))
    return {(known[place.name], account): instance for place, account, instance in found if place.name in known}


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known of one temporary grant when it is judged. ``excluded`` is why its account is never changed, if so.

    ``is_known``: the catalog has it, so it could be granted.
    """

    key: Key
    rules: tuple[str, ...]
    instance: Instance | None
    memory: Memory | None
    evidence: Evidence | None
    excluded: str | None = None
    is_known: bool = True
    opens_at: datetime | None = None


def judge(facts: Iterable[Facts], rollout: Rollout, now: datetime) -> Judgement:
    """Judge each grant by its evidence, its window and what the ledger remembers."""
    judged = [judge_one(fact, rollout, now) for fact in facts]
    return Judgement(tuple(grant for grant, _ in judged), tuple(want for _, want in judged if want is not None))


def judge_one(fact: Facts, rollout: Rollout, now: datetime) -> tuple[TemporaryGrant, WantedGrant | None]:
    """What is in an account that is never changed says so, wherever it stands."""
    grant, want = judge_by_time(fact, rollout, now)
    return (replace(grant, excluded=fact.excluded) if fact.instance else grant), want


def judge_by_time(fact: Facts, rollout: Rollout, now: datetime) -> tuple[TemporaryGrant, WantedGrant | None]:
    name, account = fact.key
    window = window_of(fact)
    used = use_of(fact, rollout, now)
    if fact.instance is None and (used or not is_asked_for(fact)):
        detail = f"not needed: already used on {used.at:%Y-%m-%d} ({used.detail})" if used else ""
        return TemporaryGrant(name, account, TemporaryState.ABSENT, None, fact.evidence, detail), None
    if fact.instance is None and fact.memory is not None and fact.memory.is_forgotten:
        return TemporaryGrant(name, account, TemporaryState.ABSENT, None, fact.evidence, why_not_opened(name, account)), None
    if used:
        detail = f"used on {format_time(used.at)}: {used.detail}"
        due = used.at + minimum_age(fact, rollout)
        return TemporaryGrant(name, account, TemporaryState.USED, window, fact.evidence, detail, None, due), None
    if window is not None and window.not_after <= now:
        return over(fact, window), None
    if no_terms := why_without_terms(fact, rollout):
        state = TemporaryState.ABSENT if fact.instance is None else TemporaryState.GRANTED
        return TemporaryGrant(name, account, state, window, fact.evidence, no_terms), None
    return judge_alive(fact, rollout, now, window)


def why_without_terms(fact: Facts, rollout: Rollout) -> str:
    if not fact.is_known:
        return "the catalog does not have it any more"
    is_asked_for = fact.memory is not None and fact.memory.is_deliberate
    return "" if fact.key[0] in rollout.temporary or is_asked_for else "rollout.yaml gives it no terms"


def minimum_age(fact: Facts, rollout: Rollout) -> timedelta:
    terms = rollout.temporary.get(fact.key[0])
    return terms.minimum_age if terms else timedelta()


def judge_alive(fact: Facts, rollout: Rollout, now: datetime, window: Window | None) -> tuple[TemporaryGrant, WantedGrant | None]:
    """A grant that is alive, or that a rule or a person asks for and that may begin."""
    name, account = fact.key
    state = TemporaryState.ABSENT if fact.instance is None else TemporaryState.GRANTED
    if not is_asked_for(fact):
        detail = "" if fact.excluded else "no rule grants it any more; `orchestrator plan` shows its revocation"
        return TemporaryGrant(name, account, state, window, fact.evidence, detail), None
    opened = window or open_window(fact.opens_at or now, rollout.temporary[name].expires_after)
    because = ", ".join(fact.rules) or f"asked for: {fact.memory.because if fact.memory else ''}"
    is_open = fact.instance is not None and fact.instance.window == opened and is_written_down(fact)
    asked_for = fact.memory.because if fact.memory and fact.memory.is_asked_for else None
    detail = "; ".join(filter(None, (why_still_granted(fact, rollout), who_moved_it(fact), why_not_there(fact))))
    grant = TemporaryGrant(name, account, state, window, fact.evidence, detail, asked_for)
    return grant, WantedGrant(name, account, because, None if is_open else opened)


def why_still_granted(fact: Facts, rollout: Rollout) -> str:
    """Use that does not end the grant, or not yet."""
    if fact.instance is None or not isinstance(fact.evidence, Used):
        return ""
    used = f"used on {format_time(fact.evidence.at)}: {fact.evidence.detail}"
    if is_older(fact.evidence, fact):
        return f"{used}; that was before this window, which a person opened"
    terms = rollout.temporary.get(fact.key[0])
    return f"{used}; stays until {format_time(fact.evidence.at + terms.minimum_age)}, its minimum age" if terms else used


def is_written_down(fact: Facts) -> bool:
    """Not so when the grant failed to be made: the repair gives it its window again, and that is what the ledger remembers."""
    return fact.memory is not None or fact.instance is None or fact.instance.condition is Condition.CURRENT


def why_not_there(fact: Facts) -> str:
    """AWS has the instance, but not what it should have made."""
    instance = fact.instance
    return f"AWS failed to make or update it: {instance.reason}" if instance is not None and instance.has_failed else ""


def who_moved_it(fact: Facts) -> str:
    """AWS shows another window than the granted one, which a plan restores."""
    shown, granted = fact.instance.window if fact.instance else None, window_of(fact)
    if shown is None or granted is None or shown == granted:
        return ""
    return f"AWS shows another window, {format_time(shown.not_before)} to {format_time(shown.not_after)}, not the granted one"


def over(fact: Facts, window: Window) -> TemporaryGrant:
    """A window that has ended, whether or not its instance is still there."""
    name, account = fact.key
    ended = f"ended {'unused ' if isinstance(fact.evidence, Unused) else ''}on {format_time(window.not_after)}"
    if fact.instance is not None:
        detail = "; ".join(filter(None, (ended, who_moved_it(fact))))
        return TemporaryGrant(name, account, TemporaryState.EXPIRED, window, fact.evidence, detail, None, window.not_after)
    renew = f"{ended}; renew it with: {renewal(name, account)}"
    return TemporaryGrant(name, account, TemporaryState.ABSENT, window, fact.evidence, renew)


def why_not_opened(name: GroupSetName, account: AccountId) -> str:
    lost = "not opened: the rollout is older than this state, and whether a window ended unused is not known"
    return f"{lost}; open one with: {renewal(name, account)}"


def renewal(name: GroupSetName, account: AccountId) -> str:
    return f"grant-temporarily {name} --account {account} --for … --because …"


def window_of(fact: Facts) -> Window | None:
    """The window the ledger remembers: an instance that lost it, or got another one by hand, gets it back.

    What the ledger knows no window of is as AWS shows it.
    """
    shown = fact.instance.window if fact.instance else None
    return (fact.memory.window if fact.memory else None) or shown


def is_asked_for(fact: Facts) -> bool:
    """By a rule, or by a person and not taken back since."""
    return bool(fact.rules) or (fact.memory is not None and fact.memory.is_asked_for)


def use_of(fact: Facts, rollout: Rollout, now: datetime) -> Used | None:
    """The use that ends the grant. The ledger remembers it when the account no longer shows it.

    A deliberate renewal outlives older evidence; a minimum age delays the end.
    """
    if not isinstance(fact.evidence, Used):
        return fact.memory.used if fact.memory else None
    if is_older(fact.evidence, fact):
        return None
    is_ripe = fact.evidence.at + minimum_age(fact, rollout) <= now
    return fact.evidence if fact.instance is None or is_ripe else None


def is_older(used: Used, fact: Facts) -> bool:
    """Than the window a person opened in spite of it."""
    window = window_of(fact) if fact.memory and fact.memory.is_asked_for else None
    return window is not None and used.at < window.not_before
