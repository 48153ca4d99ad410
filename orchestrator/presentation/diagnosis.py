"""What ``doctor`` found: a line per check, below it the remedy where there is something to do."""

from collections import Counter
from collections.abc import Collection, Iterable

from orchestrator.model.check import Check, Result, Verdict
from orchestrator.model.counts import counted
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.results_json import Json

TONES = {Result.OK: Tone.GOOD, Result.WARN: Tone.CAREFUL, Result.FAIL: Tone.BAD}


def diagnosis_json(checks: Collection[Check]) -> Json:
    return {
        "checks": [
            {"name": check.name, "result": check.verdict.result.value, "evidence": check.verdict.evidence, "remedy": check.verdict.remedy}
            for check in checks
        ]
    }


def diagnosis_text(checks: Collection[Check], page: Page) -> str:
    shown = alike(checks)
    width = max((len(check.name) for check in shown), default=0)
    lines = [line for check in shown for line in check_lines(check, width, page)]
    return text_of(sections(lines, [conclusion(checks, page)]))


def alike(checks: Iterable[Check]) -> list[Check]:
    """The checks in their order, those that say the same as one: without credentials nothing else can be looked at."""
    found: dict[Verdict | str, list[Check]] = {}
    for check in checks:
        found.setdefault(check.name if check.verdict.result is Result.OK else check.verdict, []).append(check)
    return [same[0] if len(same) == 1 else Check(counted(len(same), "check"), same[0].verdict) for same in found.values()]


def check_lines(check: Check, width: int, page: Page) -> list[str]:
    verdict, tone = check.verdict, TONES[check.verdict.result]
    first = f"{verdict.result:<4}  {check.name.replace('_', ' '):<{width}}  "
    rest = " " * len(first)
    remedy = page.wrap(verdict.remedy, rest) if verdict.result is not Result.OK else []
    return [*page.wrap(verdict.evidence, first, rest, tone=None if verdict.result is Result.OK else tone), *remedy]


def conclusion(checks: Collection[Check], page: Page) -> str:
    counts = Counter(check.verdict.result for check in checks)
    worst = next((result for result in (Result.FAIL, Result.WARN) if counts[result]), Result.OK)
    return page.paint(f"Checked: {', '.join(f'{counts[result]} {result}' for result in Result)}.", TONES[worst])
