"""A second look into the accounts where the last one found what a plan can repair: only what is still so is evidence."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from orchestrator.execution.probe_note import Found, read_note, write_note
from orchestrator.model.activity import Activity, followed
from orchestrator.model.alteration import Alteration
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.inside import Finding, FindingKind, Question, Remedy, Sight
from orchestrator.model.organization import Organization
from orchestrator.model.state import Place, State
from orchestrator.ports import Deployer
from orchestrator.probing.comparison import findings
from orchestrator.probing.expectation import Expectations, WantedRole, question_about
from orchestrator.runs.tools import Reach, Tools


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What is found in the accounts that could be read again, and why the others could not be.

    ``left``: the first thing the last look inside found that no plan repairs, account by account; it is not looked at again.
    """

    found: Mapping[AccountId, Found] = field(default_factory=dict)
    unread: Mapping[AccountId, str] = field(default_factory=dict)
    left: Mapping[AccountId, Finding] = field(default_factory=dict)

    def warnings(self) -> tuple[str, ...]:
        unread = (
            f"account {account} was found altered and could not be looked into again: {reason}. Nothing is repaired there."
            for account, reason in self.unread.items()
        )
        return (*unread, *self._left_to_people())

    def _left_to_people(self) -> Iterator[str]:
        if self.left:
            account, first = next(iter(self.left.items()))
            where = "one of them " if len(self.left) > 1 else ""
            found = f"the last verify --probe found in {counted(len(self.left), 'account')} what no plan repairs, {where}{account}"
            yield f"{found}: {first.detail.removesuffix('.')}. `orchestrator verify --probe` looks again and lists all of it."


NOTHING_SEEN = SecondLook()
NOTHING_KNOWN = Alteration(datetime.min.replace(tzinfo=UTC))


def look_again(tools: Tools, reach: Reach, organization: Organization, observed: State, excluded: Collection[AccountId]) -> SecondLook:
    """For what a plan can repair; the rest stays as it was found. Accounts that are never changed are not looked into."""
    note = read_note(tools.store)
    if note is None:
        return NOTHING_SEEN
    known = {
        account: note.findings[account].findings for account in sorted(note.findings.keys() & organization.accounts.keys() - set(excluded))
    }
    accounts = tuple(account for account, findings in known.items() if any(map(is_repairable, findings)))
    others = {account: tuple(row for row in findings if not is_repairable(row)) for account, findings in known.items()}
    found: dict[AccountId, Found] = {}
    unread: dict[AccountId, str] = {}
    looks = look_into(tools, reach, organization, observed, accounts, with_search=False)
    for sight, seen in followed(Activity.ALTERED, looks, len(accounts), tools.tell):
        if sight.error:
            unread[sight.account] = sight.error
        else:
            repairable = filter(is_repairable, seen)
            found[sight.account] = note.findings[sight.account].followed_by((*others[sight.account], *repairable), tools.clock.now())
    return SecondLook(found, unread, {account: rows[0] for account, rows in others.items() if rows})


def look_into(
    tools: Tools, reach: Reach, organization: Organization, observed: State, accounts: tuple[AccountId, ...], *, with_search: bool = True
) -> Iterator[tuple[Sight, tuple[Finding, ...]]]:
    """Account by account: what each should show is made when it is asked, and kept until it answers."""
    expectations = Expectations(observed, tools.rollout, organization.id)
    wanted: dict[AccountId, tuple[WantedRole, ...]] = {}

    def ask(account: AccountId) -> Question:
        wanted[account] = expectations.of(account)
        return question_about(account, wanted[account], with_search=with_search)

    for sight in reach.prober.look(map(ask, accounts)):
        yield sight, tuple(findings(wanted.pop(sight.account), sight, tools.rollout.prefix, organization.id))


def is_repairable(finding: Finding) -> bool:
    return finding.remedy is not Remedy.PERSON


def with_alterations(observed: State, look: SecondLook, deployer: Deployer, management: AccountId) -> State:
    """The instances that answer for what was found are altered."""
    units = dict(observed)
    for account, found in look.found.items():
        for place, alteration in alterations_of(found, account, management).items():
            instance = units[place].instances[account]
            known = instance.alteration or replace(NOTHING_KNOWN, last=deployer.last_revision(place, account))
            altered = replace(instance, alteration=joined(known, alteration))
            units[place] = replace(units[place], instances={**units[place].instances, account: altered})
    return units


def alterations_of(found: Found, account: AccountId, management: AccountId) -> Mapping[Place, Alteration]:
    by_place: dict[Place, list[Finding]] = {}
    for finding in filter(is_repairable, found.findings):
        for name in (finding.stack_set, *finding.also):
            by_place.setdefault(Place(StackSetName(name), is_stack=account == management), []).append(finding)
    return {place: alteration_of(rows, found.at) for place, rows in by_place.items()}


def alteration_of(rows: Collection[Finding], found_at: datetime) -> Alteration:
    """Making anew what is not there deletes nothing."""
    by_remedy = {remedy: tuple(row.detail for row in rows if row.remedy is remedy) for remedy in Remedy}
    is_gone = all(row.kind is FindingKind.MISSING for row in rows)
    return Alteration(found_at, rewritable=by_remedy[Remedy.UPDATE], lasting=by_remedy[Remedy.ANEW], is_gone=is_gone)


def joined(known: Alteration, found: Alteration) -> Alteration:
    """What drift detection found there, too."""
    return replace(
        known,
        found_at=max(known.found_at, found.found_at),
        rewritable=(*known.rewritable, *found.rewritable),
        lasting=(*known.lasting, *found.lasting),
        is_gone=known.is_gone or found.is_gone,
    )


def remember(tools: Tools, look: SecondLook) -> None:
    """For the next plan: what was repaired is forgotten. Only for the holder of the lock."""
    note = read_note(tools.store)
    if note is not None and look.found:
        kept = {account: look.found.get(account, found) for account, found in note.findings.items()}
        write_note(tools.store, replace(note, findings={account: found for account, found in kept.items() if found.findings}))
