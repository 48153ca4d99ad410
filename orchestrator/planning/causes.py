"""Why each account changes: the rules behind it, or what ended, withheld or broke the grant. Accounts with one reason share a row."""

from collections.abc import Callable, Iterator, Mapping

from orchestrator.model.assignment import Selection
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Change, ChangeKind, Purpose
from orchestrator.model.state import Condition
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.exclusion import Exclusions
from orchestrator.temporary.life import Judgement

WhyRevoked = Callable[[PlaceChange, AccountId], str]


def changes_of(change: PlaceChange, rules: Mapping[AccountId, str], why_revoked: WhyRevoked) -> Iterator[Change]:
    """Grants, updates, repairs and revocations of one place, in this order; ``rules`` are those that want each account in it."""
    alike: dict[tuple[ChangeKind, str], list[AccountId]] = {}
    for kind, account, because in causes(change, rules, why_revoked):
        alike.setdefault((kind, because), []).append(account)
    for (kind, because), accounts in alike.items():
        yield Change(kind, change.place.name, change.group_set, tuple(accounts), because)


def causes(change: PlaceChange, rules: Mapping[AccountId, str], why_revoked: WhyRevoked) -> Iterator[tuple[ChangeKind, AccountId, str]]:
    """What happens to each account, and why."""
    kinds = {account: kind_of(change, account) for account in sorted((*change.update, *change.replace))}
    for account in change.create:
        yield ChangeKind.GRANT, account, rules[account]
    for kind in (ChangeKind.UPDATE, ChangeKind.REPAIR):
        for account in (account for account, found in kinds.items() if found is kind):
            yield kind, account, f"{rules[account]}; {what_happens(kind, change, account)}"
    for account in change.delete:
        yield ChangeKind.FORGET if change.retains else ChangeKind.REVOKE, account, why_revoked(change, account)


def kind_of(change: PlaceChange, account: AccountId) -> ChangeKind:
    """A repair puts an instance back that is not as it should be; an update follows the definition or moves the window."""
    if account in change.renewed or account in change.revisions or change.held[account].condition is Condition.INOPERABLE:
        return ChangeKind.REPAIR
    return ChangeKind.UPDATE if change.difference.is_redefined or account in change.windows else ChangeKind.REPAIR


def what_happens(kind: ChangeKind, change: PlaceChange, account: AccountId) -> str:
    if account in change.renewed:
        return "its role is replaced"
    return "its definition or window changes" if kind is ChangeKind.UPDATE else what_is_wrong(change, account)


def what_is_wrong(change: PlaceChange, account: AccountId) -> str:
    instance = change.held[account]
    if instance.alteration is None or account not in change.revisions:
        return instance.description
    how = "deleted and made anew" if account in change.replace else "written again in place"
    return f"changed in the account: {instance.alteration.description}; {how}"


def revocation_causes(selection: Selection, judgement: Judgement, purpose: Purpose, excluded: Exclusions) -> WhyRevoked:
    """A revocation says why: used, expired, withheld by a rule, or simply no longer granted. What is forgotten is lost, or INOPERABLE."""

    def why(change: PlaceChange, account: AccountId) -> str:
        ended = judgement.ended(change.group_set, account)
        if purpose is Purpose.FORGET:
            return excluded.get(account) or change.held[account].description
        if ended is not None:
            return ended.detail
        if purpose is Purpose.DESTROY:
            return "destroy"
        if change.group_set is None:
            rule = selection.attached(account, change.role)
            return f"role exists there already, {rule.description}" if rule else "no group set of this role is left"
        share = selection.assignments.get(account)
        withheld = {held.group_set: held.because for held in share.withheld} if share else {}
        return f"withheld: {withheld[change.group_set]}" if change.group_set in withheld else "no rule grants it"

    return why
