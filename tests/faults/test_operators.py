"""Two operators at once, one who died holding the lock, and a state folder that cannot be written or believed."""

import errno
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from orchestrator.adapters.state.folder.lock import FolderLock
from orchestrator.errors import RefusedError, StateError
from orchestrator.runs import plan as make_plan
from tests.faults.stage import MANAGEMENT, snapshot

DIE_HOLDING_IT = """
import os, sys
from pathlib import Path
from orchestrator.adapters.state.folder.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
lock.acquire("the dead")
os._exit(1)
"""


def test_a_second_operator_is_refused_until_the_lock_is_broken(stage, monkeypatch):
    plan, other = stage.plan(), FolderLock(stage.state)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("orchestrator.adapters.state.lock_note.this_machine", lambda: "elsewhere")
        other.acquire("a colleague")
    with pytest.raises(RefusedError, match="a colleague") as caught:
        stage.apply(plan)
    assert caught.value.refusal == "locked"
    assert "--break-lock" in (caught.value.remedy or "")
    assert stage.sent() == 0
    stage.check_converged(plan, stage.apply(plan, break_lock=True))
    other.release()


def test_the_lock_of_a_living_process_is_not_broken(stage):
    plan, other = stage.plan(), FolderLock(stage.state)
    other.acquire("a colleague")
    with pytest.raises(RefusedError, match="a colleague") as caught:
        stage.apply(plan, break_lock=True)
    assert f"Process {os.getpid()} runs on this machine" in (caught.value.remedy or "")
    other.release()
    assert stage.sent() == 0


def test_a_state_nobody_can_tell_the_owner_of_is_not_used(stage):
    stage.converge()
    (stage.state / "belongs-to").write_text("{")
    with pytest.raises(StateError, match="whose state") as caught:
        stage.plan()
    assert "belongs-to" in (caught.value.remedy or "")


def test_a_rehearsal_leaves_no_memory_in_the_state_of_the_real_rollout(stage):
    stage.converge()
    real = replace(stage.tools(), is_rehearsal=lambda: False)
    with pytest.raises(RefusedError, match="a rehearsal on a local AWS; this is rollout cado of organization o-faults0001") as caught:
        make_plan(real)
    assert (caught.value.refusal, caught.value.where) == ("another_rollout", str(stage.state))


def test_a_state_of_another_organization_is_refused(stage):
    stage.converge()
    stage.sandbox.seed({**snapshot(), "organization": {"id": "o-another001", "management_account": MANAGEMENT, "root": "r-ab12"}})
    with pytest.raises(RefusedError, match=r"organization o-faults0001.*organization o-another001") as caught:
        make_plan(replace(stage.tools(), rollout=replace(stage.tools().rollout, organization_id=None)))
    assert caught.value.refusal == "another_organization"


def test_the_lock_of_a_dead_process_is_taken_over(stage):
    plan = stage.plan()
    died = subprocess.run([sys.executable, "-c", DIE_HOLDING_IT, str(stage.state)], check=False)
    assert died.returncode == 1
    assert (stage.state / "lock.json").exists()
    stage.check_converged(plan, stage.apply(plan))


def test_the_lock_is_free_again_after_a_refusal(stage):
    plan = stage.plan()
    stage.sandbox.remove_account(plan.targets[-1].account)
    for _ in range(2):
        with pytest.raises(RefusedError) as caught:
            stage.apply(plan)
        assert caught.value.refusal == "stale_plan"


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EROFS], ids=["disk full", "read-only"])
def test_nothing_is_sent_when_nothing_can_be_recorded(stage, monkeypatch, reason):
    plan = stage.plan()
    with monkeypatch.context() as broken:
        broken.setattr("orchestrator.adapters.state.folder.store.write_all", failing(reason))
        with pytest.raises(StateError, match=os.strerror(reason)) as caught:
            stage.apply(plan)
    assert caught.value.exit_code == 1
    assert caught.value.remedy
    assert stage.sent() == 0
    stage.check_converged(plan, stage.apply(plan))


def failing(reason):
    def fail(*_):
        raise OSError(reason, os.strerror(reason))

    return fail


def test_a_file_where_the_folder_should_be(stage):
    plan = stage.plan()
    stage.state.write_text("not a folder")
    with pytest.raises(StateError):
        stage.apply(plan)
    assert stage.sent() == 0


class FillingStore:
    """The disk is full after so many records."""

    def __init__(self, store, left):
        self._store, self._left = store, left

    def __getattr__(self, name):
        return getattr(self._store, name)

    def append(self, log, record):
        self._left -= 1
        if self._left < 0:
            raise StateError("disk full", remedy="free some space")
        self._store.append(log, record)


@pytest.mark.parametrize("records", [1, 2, 3, 9, 20])
def test_a_disk_that_fills_up_on_the_way(stage, records):
    plan = stage.plan()
    with pytest.raises(StateError):
        stage.apply(plan, stage.tools(lambda store: FillingStore(store, records)))
    assert stage.executed() <= set(stage.submitted(plan))
    stage.check_converged(plan, stage.apply(plan))


def journal_of(stage, plan):
    return stage.state / "journal" / f"{plan.digest.removeprefix('sha256:')}.jsonl"


@pytest.mark.parametrize("torn", [b'{"record":"submitt', b'{"record":"submitt\n'], ids=["no newline", "newline"])
def test_a_torn_last_record_is_given_up(stage, torn):
    plan = stage.plan()
    stage.apply(plan, until="canary")
    with journal_of(stage, plan).open("ab") as journal:
        journal.write(torn)
    stage.check_converged(plan, stage.apply(plan))


def test_a_damaged_record_in_the_middle_is_not_guessed_at(stage):
    plan = stage.plan()
    stage.apply(plan, until="canary")
    path = journal_of(stage, plan)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], b"?" + lines[2][1:], *lines[3:]]))
    before = stage.sent()
    with pytest.raises(StateError, match=f"record 3 of {len(lines) - 1}") as caught:
        stage.apply(plan)
    assert "backup" in (caught.value.remedy or "")
    assert stage.sent() == before
