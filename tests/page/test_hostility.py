"""Names, tags and reasons come from outside: on the page they are text."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.files.plan.file import read_plan, with_digest
from orchestrator.cli.pages import plan_page
from tests.page.conftest import Open
from tests.page.pages import scenario
from tests.unit.presentation.plans import PLAN

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of the data": '</script><script>alert("data")</script>',
    "comment": "<!--<script>",
    "image": "<img src=x onerror=alert(2)>",
    "attribute": "\" onmouseover=alert(3) x='",
    "template": "{{ 7 * 7 }}{% raw %}",
    "style": "</style><style>*{display:none}</style>",
    "turned around": "\u202egnp.txt",
    "unseen": "pay\u200bments\u0007\u2028",
    "half a letter": "payments-\ud800",
    "without an end": "x" * 4000,
}
SHOWN = {"\u202e": "\\u202e", "\u200b": "\\u200b", "\u0007": "\\u0007", "\u2028": "\\u2028", "\ud800": "\\ud800"}


def shown(text: str) -> str:
    return "".join(SHOWN.get(letter, letter) for letter in text)


def hostile_plan_page(text: str) -> str:
    """Every text of a plan that somebody else chooses says this."""
    targets = tuple(replace(target, name=text) for target in PLAN.targets)
    excluded = tuple(replace(account, because=text) for account in PLAN.excluded)
    changes = tuple(replace(change, because=text) for change in PLAN.changes)
    withheld = tuple(replace(row, because=text) for row in PLAN.withheld)
    temporary = tuple(replace(grant, detail=text) for grant in PLAN.temporary)
    violations = tuple(replace(violation, message=text) for violation in PLAN.violations)
    header = replace(PLAN.header, because=text, provenance=replace(PLAN.header.provenance, made_by=text))
    plan = replace(PLAN, header=header, targets=targets, excluded=excluded, changes=changes, withheld=withheld, temporary=temporary)
    return plan_page(with_digest(replace(plan, violations=violations, notices=(text,), warnings=(text,))), None)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_shown_as_it_is_and_does_nothing(text: str, show: Open):
    page = show(hostile_plan_page(text))
    places = ("#notices li", "#warnings li", "#excluded td:nth-child(3)", "#withheld td:nth-child(3)", "#grid tbody")
    assert [place for place in places if shown(text) not in (page.locator(place).first.text_content() or "")] == []
    assert page.locator("main > section").count() > 8
    assert page.evaluate("document.documentElement.scrollWidth") <= 1600


@pytest.mark.parametrize("text", [text for text in HOSTILE.values() if "\ud800" not in text])
def test_a_hostile_page_still_holds_its_plan(text: str, tmp_path: Path):
    page, (plan, _) = tmp_path / "page.html", scenario("nothing-to-do")
    page.write_text(plan_page(with_digest(replace(plan, notices=(text,))), None), encoding="utf-8")
    assert read_plan(page).notices == (text,)
