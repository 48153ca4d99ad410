"""What became of a plan: who failed and why, what is left to do, and whether AWS is now as planned."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from orchestrator.model.counts import counted
from orchestrator.model.outcome import Failure, OperationStatus, Outcome, count_accounts
from orchestrator.presentation.failure_groups import FailureGroup, group_failures
from orchestrator.presentation.next_step import Commands, next_step
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.temporary import temporary_lines, unknown_uses
from orchestrator.presentation.verification import difference_lines
from orchestrator.presentation.words import failed_words, listed, span_of

AGAIN = "Apply the same plan again to retry what failed."
ANEW = "Make a new plan: accounts changed since this one was made, which is stale for them."


def outcome_text(outcome: Outcome, now: datetime, page: Page, commands: Commands | None = None) -> str:
    """Temporary grants, failures by reason, differences, a sentence that sums up, and, with ``commands``, what to run next."""
    step = next_step(outcome, commands) if commands else None
    return text_of(
        sections(
            stray_lines(outcome, page),
            temporary_lines(outcome.temporary, now, page),
            failure_lines([failure for failure in outcome.failed if failure not in outcome.strays], page),
            difference_lines(outcome.verification, page),
            page.wrap(conclusion(outcome), tone=Tone.GOOD if outcome.is_converged else Tone.BAD),
            page.wrap(f"Next, {step.when}: {step.command}", rest="  ") if step else [],
        )
    )


def stray_lines(outcome: Outcome, page: Page) -> list[str]:
    if not outcome.strays:
        return []
    title = page.paint("Accounts reached that no operation named: the run was stopped", Tone.BAD)
    return [title, *(line for group in group_failures(outcome.strays) for line in group_lines(group, page))]


def failure_lines(failures: Iterable[Failure], page: Page) -> list[str]:
    """What failed, then what was skipped: each reason once, with its remedy and every account it met."""
    groups = group_failures(failures)
    parts = (("Failed", Tone.BAD, False), ("Skipped", Tone.CAREFUL, True))
    titled = ((page.paint(title, tone), [group for group in groups if group.is_skipped is skipped]) for title, tone, skipped in parts)
    return [line for title, part in titled if part for line in (title, *(row for group in part for row in group_lines(group, page)))]


def group_lines(group: FailureGroup, page: Page) -> list[str]:
    return [
        *page.wrap(f"{counted(len(group.accounts), 'account')}: {group.reason}", "  ", "    "),
        *page.wrap(f"hint: {group.hint}" if group.hint else "", "    ", "      "),
        *(line for names, accounts in group.places for line in page.wrap(f"{', '.join(names)}: {', '.join(accounts)}", "    ", "      ")),
    ]


def conclusion(outcome: Outcome) -> str:
    """How it ended, and of how many temporary grants the use is unknown."""
    return ending(outcome) + unknown_uses(sum(grant.is_unseen for grant in outcome.temporary))


def ending(outcome: Outcome) -> str:
    if outcome.already_done:
        return f"Nothing to do: plan {outcome.plan} is complete already."
    if not outcome.operations and outcome.is_converged:
        return "Nothing to do."
    done = operation_counts(outcome) + (f", in {span_of(outcome.seconds)}" if outcome.seconds >= 1 else "")
    if outcome.strays:
        return f"Stopped: operations reached accounts they did not name. {done}. Make a new plan once you know why."
    if outcome.failed:
        return f"Applied, {failed_words(count_accounts(outcome.failed))}: {done}. {ANEW if outcome.left_out else AGAIN}"
    if outcome.stopped_after is not None:
        return f'Stopped after wave "{outcome.stopped_after}", as asked: {done}. Apply the same plan again to go on.'
    if not outcome.verification.is_converged:
        lead = f"Applied: {done}" if outcome.operations else "Nothing to revoke"
        return f"{lead}, but {what_is_left(outcome)}"
    return f"Applied: {done}. AWS is as planned."


def what_is_left(outcome: Outcome) -> str:
    """A new plan shows what is not as planned, but it does not look where a clean-up looks."""
    found = outcome.verification
    if any((found.missing, found.unexpected, found.outdated, found.unhealthy)):
        return "AWS is not as planned. Make a new plan to see what is left."
    unseen = sum(grant.is_unseen for grant in outcome.temporary)
    if len(found.unreachable) <= unseen and not found.tampered:
        return "not every account could be read. Resolve that, then run orchestrator cleanup: it looks again."
    return "not every revoked policy is seen to be gone. Resolve that, then run orchestrator cleanup: it looks again."


def operation_counts(outcome: Outcome) -> str:
    """``7 of 9 operations succeeded, 1 incomplete and 1 skipped``: what failed in one account may be done in all others."""
    counts = Counter(operation.status for operation in outcome.operations)
    succeeded = counts.pop(OperationStatus.SUCCEEDED, 0)
    rest = [f"{number} {'incomplete' if status is OperationStatus.FAILED else status}" for status, number in sorted(counts.items())]
    return listed([f"{succeeded} of {counted(len(outcome.operations), 'operation')} succeeded", *rest])
