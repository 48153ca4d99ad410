"""What verification found: AWS against the plan or the rules, kind by kind, equal findings once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from orchestrator.model.outcome import Deviation, Verification
from orchestrator.presentation.page import Page, Tone, sections, text_of

MEANINGS = {
    "missing": "should be there and is not",
    "unexpected": "is there and should not be",
    "outdated": "is there in an older form",
    "unhealthy": "is there but does not work",
    "unreachable": "could not be looked into",
    "tampered": "was changed behind the back of StackSets",
}


def verification_text(verification: Verification, page: Page) -> str:
    """The differences, and a last line that says whether there are any."""
    return text_of(sections(difference_lines(verification, page), [conclusion(verification, page)]))


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
    title = page.wrap(f"{kind}: {MEANINGS[kind]}", tone=Tone.BAD)
    return [
        *title,
        *(line for (stack_set, detail), accounts in sorted(places.items()) for line in place_lines(stack_set, detail, accounts, page)),
    ]


def place_lines(stack_set: str, detail: str, accounts: list[str], page: Page) -> list[str]:
    what = f"{stack_set}: {detail}" if detail else stack_set
    return [*page.wrap(what, "  ", "    "), *page.wrap(", ".join(sorted(accounts)), "    ")]


def conclusion(verification: Verification, page: Page) -> str:
    if verification.is_converged:
        return page.paint("Verified: everything is as it should be.", Tone.GOOD)
    counts = [f"{len(found):,} {kind}" for kind, found in findings(verification).items() if found]
    return page.paint(f"Differences: {', '.join(counts)}.", Tone.BAD)
