"""A review as text, as Markdown and as JSON."""

from collections.abc import Iterable, Mapping, Sequence

from orchestrator.model.catalog import AcceptedFinding
from orchestrator.model.counts import counted
from orchestrator.model.guardrail import Guardrail
from orchestrator.model.permission import Block
from orchestrator.model.privilege import Alarm
from orchestrator.model.published import VendorDifference
from orchestrator.planning.review import Allowed, RoleReview, Touched
from orchestrator.presentation.deployed_roles import property_rows, role_set_json
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.plan_markdown import bullets, code, codes, escape, table
from orchestrator.presentation.plan_permissions import scope_lines
from orchestrator.presentation.scopes import blocks_words, scope_words

Json = Mapping[str, object]
DIFFERENCE_COLUMNS = ("group", "ours is", "actions", "published → ours", "because")
NAMED = 5
"""As many accounts are named; more are counted."""


def review_text(reviews: Sequence[RoleReview], page: Page) -> str:
    if not reviews:
        return "No account that may be changed gets anything.\n"
    return text_of(sections(*(role_lines(review, page) for review in reviews)))


def role_lines(review: RoleReview, page: Page) -> list[str]:
    return [
        *page.wrap(title(review), tone=Tone.TITLE),
        *page.table([("accounts", who(review)), ("group sets", ", ".join(set_words(review)))]),
        *page.table(property_rows(review.deployed)),
        page.paint("  may", Tone.TITLE),
        *(line for allowed in review.allowed for line in allowed_lines(allowed, page)),
        *titled("  ways to privilege", [line for way in review.ways for line in way_lines(way, page)], page),
        *titled("  differences from the vendor's statements", difference_lines(review.differences, page), page),
        *titled("  accepted findings", [line for found in review.accepted for line in accepted_lines(found, page)], page),
        *titled("  alarms worth having", page.table([(alarm.event, alarm_words(alarm)) for alarm in review.alarms], "    "), page),
    ]


def titled(title: str, lines: list[str], page: Page) -> list[str]:
    return [page.paint(title, Tone.TITLE), *lines] if lines else []


def title(review: RoleReview) -> str:
    return f"role {review.role} with {counted(len(review.group_sets), 'group set')} in {counted(len(review.accounts), 'account')}"


def who(review: RoleReview) -> str:
    more = len(review.accounts) - NAMED
    return ", ".join(review.accounts[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


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


def review_markdown(reviews: Sequence[RoleReview]) -> str:
    """GitHub's Markdown, a section per role and set of grants; the actions fold."""
    return text_of(sections(*(role_markdown(review) for review in reviews))) or "No account that may be changed gets anything.\n"


def role_markdown(review: RoleReview) -> list[str]:
    facts = [f"{name}: {escape(value)}" for name, value in property_rows(review.deployed)]
    return [
        f"## {title(review)}",
        "",
        f"Accounts: {who(review)}. Group sets: {codes(review.group_sets)}.",
        "",
        *bullets("Role", facts),
        "",
        f"<details><summary>What it may do ({counted(count(review.allowed), 'action')})</summary>",
        "",
        *(f"- {escape(blocks_words(allowed.blocks))}: {codes(allowed.actions)}" for allowed in review.allowed),
        "",
        "</details>",
        "",
        *bullets("Ways to privilege", [way_markdown(way) for way in review.ways]),
        "",
        *table("Differences from the vendor's statements", DIFFERENCE_COLUMNS, [difference_row(row) for row in review.differences]),
        "",
        *bullets("Accepted findings", [f"{code(found.rule)} in {code(found.group)}: {escape(found.because)}" for found in review.accepted]),
        "",
        *bullets("Alarms worth having", [f"{code(alarm.event)} ({alarm.source}): {escape(alarm_words(alarm))}" for alarm in review.alarms]),
    ]


def difference_row(row: VendorDifference) -> tuple[str, ...]:
    return (code(row.group), row.change, codes(row.actions), escape(scope_words(row)), escape(row.because))


def way_markdown(touched: Touched) -> str:
    bound = f"**{touched.bound.weight}**: {escape(touched.bound.bounded_by)}" if touched.bound else "**not judged in the catalog**"
    held = f" {guardrail_words(touched.bound.guardrail)}" if touched.bound and touched.bound.guardrail else ""
    technique = f" ({touched.way.technique})" if touched.way.technique else ""
    return f"{code(touched.way.id)}{technique}, {codes(touched.way.actions)}: {bound}{held}"


def count(allowed: Iterable[Allowed]) -> int:
    return sum(len(part.actions) for part in allowed)


def review_json(reviews: Sequence[RoleReview]) -> Json:
    return {"roles": [role_json(review) for review in reviews]}


def role_json(review: RoleReview) -> Json:
    return {
        **role_set_json(review.deployed),
        "group_sets": list(review.group_sets),
        "temporary": list(review.temporary),
        "accounts": list(review.accounts),
        "allowed": [
            {
                "actions": list(allowed.actions),
                "where": blocks_json(allowed.blocks),
            }
            for allowed in review.allowed
        ],
        "ways": [
            {
                "id": touched.way.id,
                "actions": list(touched.way.actions),
                "technique": touched.way.technique or None,
                "weight": touched.bound.weight if touched.bound else None,
                "bounded_by": touched.bound.bounded_by if touched.bound else None,
                "guardrail": touched.bound.guardrail.path if touched.bound and touched.bound.guardrail else None,
            }
            for touched in review.ways
        ],
        "differences": [difference_json(row) for row in review.differences],
        "accepted": [
            {"finding": found.rule, "group": found.group, "actions": list(found.actions), "because": found.because}
            for found in review.accepted
        ],
        "alarms": [
            {
                "event": alarm.event,
                "source": alarm.source,
                "because": alarm.because,
                "guardrail": alarm.guardrail.path if alarm.guardrail else None,
            }
            for alarm in review.alarms
        ],
    }


def difference_json(row: VendorDifference) -> Json:
    """``published`` is empty for what the vendor does not allow, ``ours`` for what we do not."""
    return {
        "group": row.group,
        "change": row.change,
        "actions": list(row.actions),
        "published": blocks_json(row.before),
        "ours": blocks_json(row.after),
        "because": row.because,
        "sources": list(row.sources),
    }


def blocks_json(blocks: Iterable[Block]) -> list[Json]:
    return [{"resources": list(block.resources), "conditions": block.conditions} for block in blocks]
