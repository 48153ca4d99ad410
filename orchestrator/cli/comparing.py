"""sandbox --compare: what a file says AWS answered, against what a fresh sandbox answers to the same list."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.files.answers import read_answers
from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.process import holder
from orchestrator.cli.demonstration import environment
from orchestrator.cli.output import DIFFERENCES, Format, emit, emit_json, say, stdout_page
from orchestrator.composition import laboratory_for
from orchestrator.doctor.live import Answers, make_contact
from orchestrator.doctor.live.comparison import NOT_DONE, compare
from orchestrator.model.identifiers import AccountId
from orchestrator.model.rollout import Rollout
from orchestrator.presentation.comparison import comparison_json, comparison_text
from orchestrator.sandbox import Sandbox, load_snapshot
from orchestrator.settings import Settings

LONGEST_SECONDS = 0.02
KEY_STEP = "multi_region_key_without_the_grant"


class HastyClock(SystemClock):
    """A sandbox is faster than AWS: it is looked at again at once."""

    def sleep(self, seconds: float) -> None:
        super().sleep(min(seconds, LONGEST_SECONDS))


def compare_sandbox(file: Path, material: Path, form: Format) -> int:
    """The exit code. ``material`` holds the demonstration's organization.yaml and rollout.yaml."""
    answered = read_answers(file)
    found = compare(answered, ask_sandbox(material, has_linked_role=NOT_DONE not in answered.get(KEY_STEP, {NOT_DONE: ""})))
    if form is Format.JSON:
        emit_json(comparison_json(found))
    else:
        emit(comparison_text(found, stdout_page()))
    return DIFFERENCES if found.differences else 0


def ask_sandbox(material: Path, *, has_linked_role: bool) -> Mapping[str, Answers]:
    """The same list, on two accounts of the demonstration's organization."""
    rollout, catalog = load(material / "rollout.yaml")
    with Sandbox() as playing, TemporaryDirectory() as folder:
        snapshot = load_snapshot(material / "organization.yaml")
        playing.seed(snapshot)
        a, b = two_of(snapshot, rollout)
        if has_linked_role:
            playing.make_multi_region_role(a)
        with environment(playing.environment()):
            laboratory = laboratory_for(replace(rollout, state=folder), catalog, Settings(), (a, b), HastyClock())
            return make_contact(laboratory, holder(), say).answers


def two_of(snapshot: Mapping[str, object], rollout: Rollout) -> tuple[AccountId, AccountId]:
    """Active members that are not the hub."""
    accounts = snapshot["accounts"]
    rows = [row for row in accounts if isinstance(row, dict)] if isinstance(accounts, list) else []
    active = [AccountId(row["id"]) for row in rows if row.get("state", "ACTIVE") == "ACTIVE"]
    head = snapshot["organization"]
    others = {rollout.hub_account, head.get("management_account") if isinstance(head, dict) else None}
    first, second, *_ = (account for account in active if account not in others)
    return first, second
