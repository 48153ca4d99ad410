"""Where the sandbox answers otherwise than AWS did."""

import json

from orchestrator.doctor.live.comparison import Comparison, Difference
from orchestrator.model.counts import counted
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.results_json import Json


def comparison_json(comparison: Comparison) -> Json:
    return {
        "compared": list(comparison.compared),
        "differences": [
            {"step": found.step, "answer": found.answer, "aws": found.aws, "sandbox": found.sandbox} for found in comparison.differences
        ],
        "not_compared": [{"step": step, "because": why} for step, why in comparison.not_compared.items()],
    }


def comparison_text(comparison: Comparison, page: Page) -> str:
    differing = [line for found in comparison.differences for line in difference_lines(found, page)]
    passed = [
        line for step, why in comparison.not_compared.items() for line in page.wrap(f"not compared: {words(step)}: {why}", rest="    ")
    ]
    return text_of(sections(differing, passed, [conclusion(comparison, page)]))


def difference_lines(found: Difference, page: Page) -> list[str]:
    title = page.wrap(f"{words(found.step)}: {found.answer}", tone=Tone.CAREFUL)
    return [*title, *page.table([("AWS", shown(found.aws)), ("sandbox", shown(found.sandbox))])]


def words(step: str) -> str:
    return step.replace("_", " ")


def shown(value: object) -> str:
    return "no such answer" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def conclusion(comparison: Comparison, page: Page) -> str:
    compared = counted(len(comparison.compared), "step")
    if not comparison.differences:
        return page.paint(f"The sandbox answers as AWS did in {compared}.", Tone.GOOD)
    return page.paint(f"{counted(len(comparison.differences), 'difference')} in {compared}.", Tone.BAD)
