"""What verification found: AWS against the plan or the rules, kind by kind, equal findings once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from orchestrator.model.counts import counted
from orchestrator.model.outcome import Deviation, Probed, Verification
from orchestrator.presentation.page import Page, Tone, sections, text_of

HARMLESS = "drift"

MEANINGS = {
    "missing": "should be there and is not",
    "unexpected": "is there and should not be",
    "outdated": "has an older form, or AWS failed to make or update it",
    "unhealthy": "is there but does not work",
    "unreachable": "could not be looked into",
    "tampered": "was changed in the account, not by its StackSet",
    HARMLESS: "is reported by AWS, and is as it should be",
}


def verification_text(verification: Verification, page: Page) -> str:
    """The differences, what drift detection reports besides them, and a last line that says whether there are differences."""
    harmless = kind_lines(HARMLESS, verification.harmless, page) if verification.harmless else []
    covered = coverage_lines(verification.probed, page) if verification.probed else []
    return text_of(sections(difference_lines(verification, page), harmless, covered, [conclusion(verification, page)]))


def findings(verification: Verification) -> Mapping[str, tuple[Deviation, ...]]:
    """Kind of difference to the differences, in the order they matter."""
    return {
        "missing": verification.missing,
        "unexpected": verification.unexpected,
        "outdated": verification.outdated,
        "unhealthy": verification.unhealthy,
        "unreachable": verification.unreachable,
        "tampered": verification.tampered,
    }


def difference_lines(verification: Verification, page: Page) -> list[str]:
    return [line for kind, found in findings(verification).items() if found for line in kind_lines(kind, found, page)]


def kind_lines(kind: str, found: Iterable[Deviation], page: Page) -> list[str]:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for difference in found:
        places[difference.stack_set, difference.detail].append(difference.account or "the StackSet itself")
    title = page.wrap(f"{kind}: {MEANINGS[kind]}", tone=Tone.CAREFUL if kind == HARMLESS else Tone.BAD)
    return [
        *title,
        *(line for (stack_set, detail), accounts in sorted(places.items()) for line in place_lines(stack_set, detail, accounts, page)),
    ]


def place_lines(stack_set: str, detail: str, accounts: list[str], page: Page) -> list[str]:
    what = ": ".join(filter(None, (stack_set, detail)))
    return [*page.wrap(what, "  ", "    "), *page.wrap(", ".join(sorted(accounts)), "    ")]


def coverage_lines(probed: Probed, page: Page) -> list[str]:
    """Into which accounts was looked, and what of that was seen: an account that was not is no account in order."""
    part = f"{probed.looked:,} of {counted(probed.active, 'account')}" if probed.accounts else f"all {counted(probed.active, 'account')}"
    unseen = f"; {probed.unseen:,} of those could not be looked into" if probed.unseen else ""
    without = f", {probed.ungranted:,} of them without grants{unseen}" if probed.ungranted else ""
    earlier = f" {probed.resumed_after:,} were looked into before the interruption." if probed.resumed_after else ""
    repair = f" A plan can repair {counted(probed.repairable, 'finding')}: run `orchestrator plan`." if probed.repairable else ""
    return [*page.wrap(f"Looked inside {part}{without}.{earlier}{repair}"), *page.wrap(", ".join(probed.accounts), "  ")]


def conclusion(verification: Verification, page: Page) -> str:
    if verification.is_converged:
        return page.paint("Verified: everything is as it should be.", Tone.GOOD)
    counts = [f"{len(found):,} {kind}" for kind, found in findings(verification).items() if found]
    return page.paint(f"Differences: {', '.join(counts)}.", Tone.BAD)
