"""A review as text."""

from collections.abc import Iterable, Mapping, Sequence

from orchestrator.model.catalog import AcceptedFinding
from orchestrator.model.counts import counted, some_of
from orchestrator.model.guardrail import Guardrail
from orchestrator.model.privilege import Alarm
from orchestrator.model.published import VendorDifference
from orchestrator.planning.review import Allowed, RoleReview, Touched, UnsetOption
from orchestrator.presentation.deployed_roles import property_rows
from orchestrator.presentation.groups import condition_in_words
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.scopes import blocks_words, scope_lines

NOTHING = "No account that may be changed gets anything.\n"
NAMED = 5
"""As many accounts are named; more are counted."""


def review_text(reviews: Sequence[RoleReview], page: Page) -> str:
    return text_of(sections(*(role_lines(review, page) for review in reviews))) or NOTHING


def role_lines(review: RoleReview, page: Page) -> list[str]:
    return [
        *page.wrap(title(review), tone=Tone.TITLE),
        *page.table([("accounts", who(review)), ("group sets", ", ".join(set_words(review)))]),
        *page.table(property_rows(review.deployed)),
        page.paint("  may", Tone.TITLE),
        *(line for allowed in review.allowed for line in allowed_lines(allowed, page)),
        *titled("  ways to privilege", [line for way in review.ways for line in way_lines(way, page)], page),
        *titled("  not in force", [line for option in review.unset for line in page.wrap(unset_words(option), "    ", "      ")], page),
        *titled("  differences from the vendor's statements", difference_lines(review.differences, page), page),
        *titled("  accepted findings", [line for found in review.accepted for line in accepted_lines(found, page)], page),
        *titled("  alarms worth having", page.table([(alarm.event, alarm_words(alarm)) for alarm in review.alarms], "    "), page),
    ]


def titled(title: str, lines: list[str], page: Page) -> list[str]:
    return [page.paint(title, Tone.TITLE), *lines] if lines else []


def title(review: RoleReview) -> str:
    return f"role {review.role} with {counted(len(review.group_sets), 'group set')} in {counted(len(review.accounts), 'account')}"


def who(review: RoleReview) -> str:
    return some_of(review.accounts, "account", NAMED)


def set_words(review: RoleReview) -> list[str]:
    return [f"{name} (temporary)" if name in review.temporary else name for name in review.group_sets]


def allowed_lines(allowed: Allowed, page: Page) -> list[str]:
    return [
        *page.wrap(blocks_words(allowed.blocks), "    ", "      "),
        *page.wrap(", ".join(allowed.actions), "      ", "      "),
    ]


def way_lines(touched: Touched, page: Page) -> list[str]:
    way, bound = touched.way, touched.bound
    technique = f", {way.technique}" if way.technique else ""
    head = f"{way.id}{technique}: {', '.join(way.actions)}: {bound.weight if bound else 'NOT JUDGED in the catalog'}"
    tone = Tone.CAREFUL if bound else Tone.BAD
    bounded = " ".join(filter(None, (bound.bounded_by, guardrail_words(bound.guardrail)))) if bound else ""
    return [*page.wrap(head, "    ", "      ", tone=tone), *page.wrap(bounded, "      ", "      ")]


def guardrail_words(guardrail: Guardrail | None) -> str:
    return f"Held from outside by {guardrail.path}, where it is attached." if guardrail else ""


def alarm_words(alarm: Alarm) -> str:
    return alarm.because + (f"; {alarm.guardrail.path} denies what should never be" if alarm.guardrail else "")


def accepted_lines(found: AcceptedFinding, page: Page) -> list[str]:
    head = f"{found.rule} in {found.group}: {', '.join(found.actions)}"
    return [*page.wrap(head, "    ", "      "), *page.wrap(found.because, "      ", "      ")]


def unset_words(option: UnsetOption) -> str:
    return f"{condition_in_words(option.condition)}; it would narrow {some_of(option.actions, 'action')}"


def difference_lines(differences: Sequence[VendorDifference], page: Page) -> list[str]:
    """By group, each with its reason once."""
    lines: list[str] = []
    for group, found in by_group(differences).items():
        published = "" if found[0].sources else ", which is not published for this role"
        lines += page.wrap(f"{group}{published}", "    ", "      ")
        lines += page.wrap(found[0].because, "      ", "      ")
        lines += [line for row in found for line in scope_lines(row, page)]
    return lines


def by_group(differences: Iterable[VendorDifference]) -> Mapping[str, list[VendorDifference]]:
    found: dict[str, list[VendorDifference]] = {}
    for row in differences:
        found.setdefault(row.group, []).append(row)
    return found
