"""The unfinished plan in the state: whatever became of it, it is never forgotten without a word."""

import json

import pytest

from orchestrator.errors import InterruptedRunError, StateError
from orchestrator.execution.layout import CURRENT, plan_key


@pytest.fixture
def unfinished(stage):
    """The plan of a run that was interrupted before its first operation."""
    plan = stage.plan()
    with pytest.raises(InterruptedRunError):
        stage.apply(plan, is_interrupted=lambda: True)
    return plan


def check_refused(stage, words):
    """By a new plan and by the old one alike; then the state is given up as the error says."""
    for act in (stage.plan, stage.converge):
        with pytest.raises(StateError, match=words) as caught:
            act()
        assert f'delete "{CURRENT}"' in (caught.value.remedy or "")
    assert stage.sent() == 0
    (stage.state / CURRENT).unlink()
    assert stage.converge()[1].is_converged


def test_the_plan_that_is_unfinished_is_missing(stage, unfinished):
    (stage.state / plan_key(unfinished.digest)).unlink()
    check_refused(stage, "missing")


@pytest.mark.parametrize(
    "content",
    [b"\0", b"sha256:\0", b"\xff\xfe", b"sha256:../../etc/passwd", f"sha256:{'0' * 63}".encode(), f"sha256:{'0' * 64}\n".encode()],
)
def test_what_is_unfinished_is_no_digest(stage, unfinished, content):
    (stage.state / CURRENT).write_bytes(content)
    check_refused(stage, "no digest")


@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"{" * 100_000, b"[" * 100_000, b'"plan"', b"{}"])
def test_the_plan_that_is_unfinished_is_not_one(stage, unfinished, content):
    (stage.state / plan_key(unfinished.digest)).write_bytes(content)
    check_refused(stage, "cannot be read")


def test_another_plan_stands_where_the_unfinished_one_should(stage, unfinished):
    stage.rules = ()
    other = stage.tools().codec.encode(stage.plan())
    (stage.state / plan_key(unfinished.digest)).write_bytes(other)
    check_refused(stage, "another one")


def test_a_lock_note_that_is_nested_beyond_reading_is_somebodys(stage):
    plan = stage.plan()
    stage.state.mkdir()
    for content in (b"[" * 100_000, b'{"holder": ' * 100_000, b"\0", json.dumps({"pid": "one"}).encode()):
        (stage.state / "lock.json").write_bytes(content)
        assert "another run is at work" in stage.plan().warnings[0]
    assert stage.apply(plan, break_lock=True).is_converged
