"""The differences of two plans as text and as Markdown."""

from collections.abc import Mapping

from orchestrator.model.plan import Plan
from orchestrator.model.plan_difference import PlanDifference
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.plan.markdown import escape
from orchestrator.presentation.plan_difference.items import Item, Sign
from orchestrator.presentation.plan_difference.sections import Section, conclusion, difference_sections
from orchestrator.presentation.provenance import provenance_words
from orchestrator.presentation.words import moment

TONES: Mapping[Sign, Tone] = {Sign.MORE: Tone.GOOD, Sign.LESS: Tone.BAD, Sign.OTHER: Tone.CAREFUL, Sign.WIDER: Tone.CAREFUL}


def difference_text(before: Plan, after: Plan, found: PlanDifference, page: Page) -> str:
    parts = difference_sections(before, after, found)
    return text_of(
        sections(
            [line for sentence in headings(before, after) for line in page.wrap(sentence, rest="    ")],
            *(section_lines(part, page) for part in parts),
            page.wrap(conclusion(before, after, parts), tone=Tone.TITLE),
        )
    )


def headings(before: Plan, after: Plan) -> tuple[str, str]:
    rollout = f"rollout {after.header.prefix} in {after.header.organization}"
    return f"Plan of {rollout}, {made(after)},", f"against the plan {made(before)}."


def made(plan: Plan) -> str:
    return f"made {moment(plan.header.created_at)} {provenance_words(plan.header.provenance)}".rstrip()


def section_lines(section: Section, page: Page) -> list[str]:
    return [page.paint(section.title, Tone.TITLE), *(line for item in section.items for line in item_lines(item, page))]


def item_lines(item: Item, page: Page) -> list[str]:
    below = [line for text in item.below for line in page.wrap(text, "      ", "        ")]
    return [*page.wrap(item.text, f"  {item.sign} ", "      ", tone=TONES[item.sign]), *below]


def difference_markdown(before: Plan, after: Plan, found: PlanDifference) -> str:
    parts = difference_sections(before, after, found)
    first, second = headings(before, after)
    return text_of(
        sections(
            ["## How this plan differs", "", escape(first), escape(second)],
            *(section_bullets(part) for part in parts),
            [f"**{escape(conclusion(before, after, parts))}**"],
        )
    )


def section_bullets(section: Section) -> list[str]:
    return [f"### {section.title}", "", *(line for item in section.items for line in item_bullets(item))]


def item_bullets(item: Item) -> list[str]:
    text = f"**{escape(item.text)}**" if item.sign is Sign.WIDER else escape(item.text)
    return [f"- `{item.sign}` {text}", *(f"  - {escape(below)}" for below in item.below)]
