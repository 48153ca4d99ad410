"""What AWS answered against what the sandbox answers, step by step; durations and what describes one organization alone are left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestrator.doctor.live.workbench import Answers

NOT_DONE = "not_done"

OF_AN_ORGANIZATION = frozenset({"caller", "access_roles", "managed_roles", "prober_policy", "strangers_on_managed_roles"})
"""Steps that say how an organization and a rollout are, not how AWS is."""

STATES = "states"
"""Of the organization's accounts."""

SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Difference:
    """``answer`` is a path, ``instances.A.status``; a side that has no such answer is None."""

    step: str
    answer: str
    aws: object
    sandbox: object


@dataclass(frozen=True, slots=True)
class Comparison:
    """``not_compared`` are steps, each with the reason."""

    compared: tuple[str, ...]
    differences: tuple[Difference, ...]
    not_compared: Mapping[str, str]


def compare(aws: Mapping[str, Answers], sandbox: Mapping[str, Answers]) -> Comparison:
    """In the order of ``aws``; a step that only the sandbox does comes last."""
    steps = [*aws, *(step for step in sandbox if step not in aws)]
    passed = {step: why for step in steps if (why := reason_to_pass(step, aws.get(step), sandbox.get(step)))}
    compared = tuple(step for step in steps if step not in passed)
    return Comparison(compared, tuple(found for step in compared for found in differences(step, aws[step], sandbox[step])), passed)


def reason_to_pass(step: str, aws: Answers | None, sandbox: Answers | None) -> str | None:
    if step in OF_AN_ORGANIZATION:
        return "it describes the organization and its rollout."
    for side, answers in (("AWS", aws), ("the sandbox", sandbox)):
        if answers is None:
            return f"{side} was not asked."
        if NOT_DONE in answers:
            return f"not done with {side}: {answers[NOT_DONE]}"
    return None


def differences(step: str, aws: Answers, sandbox: Answers) -> Iterator[Difference]:
    there, here = dict(flat(aws)), dict(flat(sandbox))
    for path in dict.fromkeys((*there, *here)):
        if there.get(path) != here.get(path):
            yield Difference(step, path, there.get(path), here.get(path))


def flat(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Paths and values of a tree; what is empty counts as a value."""
    entries = list(value.items()) if isinstance(value, Mapping) else list(enumerate(value)) if isinstance(value, list) else []
    if not entries:
        yield path, value
    for key, item in entries:
        if key != STATES and not str(key).endswith(SECONDS):
            yield from flat(item, f"{path}.{key}".lstrip("."))
