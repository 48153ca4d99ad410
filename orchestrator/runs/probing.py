"""A look inside accounts: what IAM there shows against what the stack instances deploy. Interrupted, it is resumed where it was."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from orchestrator.errors import OrchestratorError
from orchestrator.execution.events import ProbeResumed
from orchestrator.execution.probe_note import Found, ProbeNote, read_note, write_note
from orchestrator.model.activity import Activity, ActivityEnded, ActivityProgressed, followed
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import Finding, Sight
from orchestrator.model.outcome import Probed
from orchestrator.model.state import instances_in, ours
from orchestrator.planning.holdings import holders_of
from orchestrator.probing.sample import digest_of, sample
from orchestrator.runs.second_look import is_repairable, look_into
from orchestrator.runs.tools import Tools
from orchestrator.runs.world import World

EVERY = 50
"""Accounts between two notes of how far it is."""

Accounts = tuple[AccountId, ...]


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """A share of the accounts in percent, or these accounts; else all."""

    percent: float | None = None
    accounts: Accounts = ()


@dataclass(slots=True)
class Tally:
    """A look so far: ``found`` in the accounts it came to, and by earlier looks in the others.

    ``unseen``: in so many accounts without grants further roles could not be looked for.
    """

    holders: Collection[AccountId]
    found: dict[AccountId, Found] = field(default_factory=dict)
    looked: int = 0
    unseen: int = 0

    def take(self, sight: Sight, found: tuple[Finding, ...], now: datetime) -> None:
        before = self.found.pop(sight.account, None)
        if found:
            self.found[sight.account] = before.followed_by(found, now) if before else Found(now, found)
        self.looked += 1
        self.unseen += sight.account not in self.holders and bool(sight.error or sight.unsearched)

    def of(self, accounts: Accounts) -> tuple[Finding, ...]:
        return tuple(finding for account in accounts if account in self.found for finding in self.found[account].findings)


def probe(tools: Tools, world: World, request: ProbeRequest) -> tuple[tuple[Finding, ...], Probed]:
    """What was found in the accounts asked about, and how much of the organization that covers."""
    probable = tuple(account for account in sorted(world.organization.accounts) if account not in world.excluded)
    chosen = chosen_accounts(tools, world, request, probable)
    if request.accounts:
        tally, resumed_after = look_once(tools, world, chosen), 0
    else:
        tally, resumed_after = look_resumably(tools, world, chosen)
    covered = Probed(
        looked=len(chosen),
        active=len(probable),
        ungranted=len(set(chosen) - set(tally.holders)),
        unseen=tally.unseen,
        accounts=chosen if len(chosen) < len(probable) else (),
        resumed_after=resumed_after,
        repairable=sum(map(is_repairable, tally.of(chosen))),
    )
    return tally.of(chosen), covered


def chosen_accounts(tools: Tools, world: World, request: ProbeRequest, probable: tuple[AccountId, ...]) -> tuple[AccountId, ...]:
    """Raises OrchestratorError for an account that is asked about and not looked into."""
    for account in request.accounts:
        if account not in world.organization.accounts:
            raise OrchestratorError(f"account {account} is not in the organization.", remedy="`discover` lists its accounts.")
        if account in world.excluded:
            message = f"account {account} is not looked into: it is excluded ({world.excluded[account]})."
            raise OrchestratorError(message, remedy="Name other accounts; `status` lists what is excluded.")
    if request.accounts:
        return tuple(sorted(set(request.accounts)))
    hub = tools.rollout.hub_account
    return probable if request.percent is None else sample(probable, request.percent, [hub] if hub else [])


def look_once(tools: Tools, world: World, accounts: Accounts) -> Tally:
    """The progress of an unfinished look stays as it is."""
    before = read_note(tools.store) or ProbeNote("", tools.clock.now(), is_complete=True)
    tally = Tally(holders_of(world.observed), dict(before.findings))
    looks = look_into(tools, world.reach, world.organization, world.observed, accounts)
    for sight, found in followed(Activity.PROBE, looks, len(accounts), tools.tell):
        tally.take(sight, found, tools.clock.now())
    write_note(tools.store, replace(before, findings=tally.found))
    return tally


def look_resumably(tools: Tools, world: World, accounts: Accounts) -> tuple[Tally, int]:
    """Goes on where the last look ended, if it asked the same; how many accounts that had looked into.

    The note is written before the first account: a state that cannot be written ends it at once.
    """
    note = begin(tools, digest_of([*accounts, *deployed_texts(world)]))
    tally = Tally(holders_of(world.observed), dict(note.findings), note.looked, note.unseen)
    if note.looked:
        tools.tell(ProbeResumed(note.looked, len(accounts)))
    report(tools, tally, accounts)
    try:
        for sight, found in look_into(tools, world.reach, world.organization, world.observed, accounts[note.looked :]):
            tally.take(sight, found, tools.clock.now())
            report(tools, tally, accounts)
            if tally.looked % EVERY == 0:
                keep(tools, note, tally, accounts)
    finally:
        tools.tell(ActivityEnded(Activity.PROBE))
        keep(tools, note, tally, accounts)
    return tally, note.looked


def report(tools: Tools, tally: Tally, accounts: Accounts) -> None:
    findings = len(tally.of(accounts[: tally.looked]))
    tools.tell(ActivityProgressed(Activity.PROBE, tally.looked, len(accounts), counted(findings, "finding") if findings else ""))


def begin(tools: Tools, question: str) -> ProbeNote:
    before, now = read_note(tools.store), tools.clock.now()
    if before is not None and before.can_be_resumed(question, now):
        return before
    note = ProbeNote(question, now, findings=before.findings if before else {})
    write_note(tools.store, note)
    return note


def keep(tools: Tools, note: ProbeNote, tally: Tally, accounts: Accounts) -> None:
    is_complete = tally.looked == len(accounts)
    write_note(tools.store, replace(note, looked=tally.looked, unseen=tally.unseen, is_complete=is_complete, findings=tally.found))


def deployed_texts(world: World) -> Iterator[str]:
    """All that decides what accounts should show: another text, another question."""
    for place, unit in sorted(ours(world.observed).items()):
        yield f"{place} {unit.definition.template} {sorted(unit.definition.parameters.items())} {sorted(unit.definition.tags.items())}"
    for place, account, instance in instances_in(ours(world.observed)):
        yield f"{place} {account} {instance.condition} {instance.window}"
