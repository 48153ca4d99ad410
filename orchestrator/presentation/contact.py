"""The live list: what will be made, what AWS answered, and what is left."""

from collections.abc import Collection

from orchestrator.doctor.live import Contact, Thing
from orchestrator.model.counts import counted
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.results_json import Json, instant

FORMAT = 1


def things_text(things: Collection[Thing], left: Collection[Thing], page: Page) -> str:
    """Before anything is made; ``left`` is of an earlier run."""
    first = thing_lines("An earlier run left, and this removes first:", left, page) if left else []
    return text_of(sections(first, thing_lines("This makes, and removes again:", things, page)))


def thing_lines(title: str, things: Collection[Thing], page: Page) -> list[str]:
    return [*page.wrap(title, tone=Tone.TITLE), *(line for thing in things for line in page.wrap(str(thing), "  ", "    "))]


def contact_json(contact: Contact) -> Json:
    """Steps in the order in which they were done; ids but those of the two accounts are left out."""
    return {
        "format": FORMAT,
        "at": instant(contact.at),
        "home_region": contact.home_region,
        "accounts": dict(zip(("A", "B"), contact.accounts, strict=True)),
        "steps": [{"step": step, "answers": dict(answers)} for step, answers in contact.answers.items()],
        "removed_first": [str(thing) for thing in contact.removed],
        "left": [{"thing": str(thing), "because": why} for thing, why in contact.left.items()],
    }


def contact_text(contact: Contact, page: Page) -> str:
    lines = [line for step, answers in contact.answers.items() for line in step_lines(step, answers, page)]
    removed = [line for thing in contact.removed for line in page.wrap(f"left by an earlier run and removed first: {thing}")]
    left = [line for thing, why in contact.left.items() for line in page.wrap(f"still there: {thing}: {why}", tone=Tone.BAD)]
    return text_of(sections(removed, lines, left, page.wrap(conclusion(contact))))


def step_lines(step: str, answers: Json, page: Page) -> list[str]:
    missing = answers.get("not_done") or answers.get("error")
    word = "not done: " if "not_done" in answers else "refused: " if "error" in answers else ""
    return page.wrap(f"{step.replace('_', ' ')}: {word}{missing or counted(len(answers), 'answer')}", rest="    ")


def conclusion(contact: Contact) -> str:
    if contact.left:
        return f"{counted(len(contact.left), 'thing')} could not be removed: run the same command again."
    done = sum("not_done" not in answers and "error" not in answers for answers in contact.answers.values())
    return f"{done} of {counted(len(contact.answers), 'step')} answered. Everything that was made is removed again."
