"""What is there differs from what was wanted, or whoever reads has gone: said by exit code and without a traceback."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import TextIO, cast

import pytest

from orchestrator.cli.output import stderr_page, stdout_page
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import EXTERNAL_ID, HUB, ORCHARD, SNAPSHOT

PROGRAM = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.mark.parametrize(("words", "code"), [(("groups",), 0), (("render", "--check"), 1)], ids=["done", "stale"])
def test_a_reader_that_has_gone_hears_no_complaint_and_changes_no_exit_code(folder: Path, words: tuple[str, ...], code: int):
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run([sys.executable, "-m", "orchestrator", *words], stdout=writer, stderr=subprocess.PIPE, env=PROGRAM, check=False)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (code, b"")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("groups",), 1, "cannot write the result: No space left"),
        (("plan", "--organization", "snapshot.json"), 1, "cannot write the result: No space left"),
        (("plan", "--organization", "snapshot.json", "--format", "json"), 1, "cannot write the result: No space left"),
        (("groups", "nosuch", "--format", "json"), 1, 'no group set "nosuch"'),
        (("nosuch", "--format", "json"), 64, "usage: No such command"),
        (("--help",), 1, "No space left"),
    ],
    ids=["result", "plan", "plan as json", "error as json", "usage as json", "help"],
)
def test_a_full_disk_where_the_result_should_go_is_said_in_words(folder: Path, words: tuple[str, ...], code: int, said: str):
    (folder / "snapshot.json").write_text(json.dumps(SNAPSHOT), encoding="utf-8")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = subprocess.run(
            [sys.executable, "-u", "-m", "orchestrator", *words], stdout=full, stderr=subprocess.PIPE, env=PROGRAM, text=True, check=False
        )
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.returncode == code


def open_terminal(columns: int) -> TextIO:
    _, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    return os.fdopen(terminal, "w")


def test_each_stream_is_as_wide_as_its_own_terminal(monkeypatch: pytest.MonkeyPatch):
    with open_terminal(132) as out, open_terminal(40) as err, monkeypatch.context() as patched:
        patched.delenv("COLUMNS", raising=False)
        patched.setattr(sys, "stdout", out)
        patched.setattr(sys, "stderr", err)
        assert (stdout_page().width, stderr_page().width) == (132, 40)
        patched.setenv("COLUMNS", "72")
        assert stderr_page().width == 72


def test_no_colour_when_it_was_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("groups").out


def test_what_the_file_system_refuses_is_json_where_that_was_asked_for(run: Run, sandbox: Sandbox):
    Path("folder").mkdir()
    answers = [
        run("discover", "--out", "config/rollout.yaml/snapshot.yaml", "--format", "json"),
        run("--log-file", "folder", "groups", "--format", "json"),
    ]
    for answer in answers:
        assert answer.code == 1
        assert answer.json["error"]["kind"] == "file"
        assert answer.json["error"]["remedy"]


def test_a_terminal_of_no_width_is_of_the_usual_one(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "9" * 5000)
    assert run("groups").code == 0


def test_the_external_id_is_told_to_nobody(run: Run, sandbox: Sandbox):
    told = [run("--log-file", "log.jsonl", "--verbose", "plan", "--out", "plan.json"), run("--log-file", "log.jsonl", "apply", "plan.json")]
    assert [answer.code for answer in told] == [0, 0]
    written = [
        file.read_text(encoding="utf-8", errors="replace") for file in Path().rglob("*") if file.is_file() and "config" not in file.parts
    ]
    assert not [text for text in (*written, *(answer.out + answer.err for answer in told)) if EXTERNAL_ID in text]


def renamed(name: str) -> dict[str, object]:
    """The organization with another name for one account."""
    accounts = [{**row, "name": name} if row["id"] == ORCHARD else row for row in cast("list[dict[str, object]]", SNAPSHOT["accounts"])]
    return {**SNAPSHOT, "accounts": accounts}


MISLEADING = "pay\u202e\x9b31m\x7f\u2028\U000e0001"


@pytest.mark.parametrize("words", [("discover",), ("explain", ORCHARD), ("plan",)], ids=lambda words: words[0])
def test_json_shows_no_letter_that_misleads_and_loses_none(run: Run, sandbox: Sandbox, words: tuple[str, ...]):
    sandbox.seed(renamed(MISLEADING))
    answer = run(*words, "--format", "json")
    assert answer.code == 0
    assert all(letter.isprintable() or letter == "\n" for letter in answer.out)
    assert MISLEADING in json.dumps(answer.json, ensure_ascii=False)


def test_half_a_letter_in_a_name_spoils_no_file(run: Run, sandbox: Sandbox):
    sandbox.seed(renamed("half \ud83d of it"))
    assert run("discover", "--out", "snapshot.yaml").code == 0
    answer = run("explain", ORCHARD, "--organization", "snapshot.yaml", "--format", "json")
    assert (answer.code, answer.json["name"]) == (0, "half \ufffd of it")


def test_a_word_that_is_no_text_is_usage(run: Run, sandbox: Sandbox):
    answer = run("grant-temporarily", "hub-kms-first-use", "--account", HUB, "--for", "1h", "--because", "caf\udce9", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (64, "usage")
    assert "UTF-8" in answer.json["error"]["message"]
