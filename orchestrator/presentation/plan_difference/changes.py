"""What is done to whom: in one of two plans only, or otherwise in each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Plan, Target
from orchestrator.model.plan_difference import ChangeDifference, Intention
from orchestrator.presentation.places import NAMED, named, where
from orchestrator.presentation.plan.changes import DIRECTIONS
from orchestrator.presentation.plan_difference.items import Item, Sign
from orchestrator.presentation.words import listed, sourced

Targets = Mapping[AccountId, Target]
Group = tuple[Intention | None, Intention | None, bool, tuple[AccountId, ...]]


def targets_of(before: Plan, after: Plan) -> Targets:
    """The accounts that either plan changes, as the later one saw them."""
    return {target.account: target for plan in (before, after) for target in plan.targets}


def account_words(accounts: Sequence[AccountId], targets: Targets) -> str:
    """A few by name, more in number."""
    if len(accounts) > NAMED:
        return counted(len(accounts), "account")
    return listed([named(account, targets) for account in accounts])


def change_items(before: Plan, after: Plan, rows: Iterable[ChangeDifference]) -> Iterator[Item]:
    """Sets that differ alike in the same accounts together."""
    alike: dict[Group, list[str]] = defaultdict(list)
    for row in rows:
        alike[row.before, row.after, row.is_done, row.accounts].append(row.group_set or f"role set {row.stack_set}")
    targets = targets_of(before, after)
    for (old, new, is_done, accounts), subjects in alike.items():
        sign, text, reasons = words(old, new, ", ".join(subjects), counted(len(accounts), "account"), is_done=is_done)
        because = [f"because: {' → '.join(reason(part, before, after) for part in reasons)}"] if any(reasons) else []
        yield Item(sign, text, (*because, " ".join(where(accounts, targets))))


def words(old: Intention | None, new: Intention | None, what: str, many: str, *, is_done: bool) -> tuple[Sign, str, list[str]]:
    """The sign, the sentence, and the reasons."""
    match old, new:
        case None, Intention(change, because):
            return Sign.MORE, f"{change} {what} {DIRECTIONS[change]} {many}", [because]
        case Intention(change, because), None:
            outcome = "done since" if is_done else "not in this plan"
            return Sign.LESS, f"{change} {what} {DIRECTIONS[change]} {many}: {outcome}", [because]
        case Intention(was, before), Intention(change, because) if was is change:
            return Sign.OTHER, f"{change} {what} {DIRECTIONS[change]} {many}, for another reason", [before, because]
        case Intention(was, _), Intention(change, because):
            return Sign.OTHER, f"{what} in {many}: {was} → {change}", [because]
        case _:
            return Sign.OTHER, f"{what} in {many}", []


def reason(because: str, before: Plan, after: Plan) -> str:
    """With the places of its rules in rollout.yaml, as the later plan knows them."""
    return sourced(because, {**before.rules, **after.rules}) or "no reason given"
