"""Where results are written: a regular file is replaced whole and its owner's alone; links, pipes and devices are written into."""

import os
import stat
import threading
from pathlib import Path

import pytest

from orchestrator.adapters.files.writing import is_replaceable
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import HUB

WRITERS = ["discover", "plan", "cleanup", f"grant-temporarily hub-kms-first-use --account {HUB} --for 1h --because test"]


@pytest.fixture(params=WRITERS, ids=lambda command: command.split()[0])
def command(request, sandbox: Sandbox) -> tuple[str, ...]:
    return tuple(request.param.split())


def test_a_regular_file_is_replaced_and_its_owners_alone(run: Run, command: tuple[str, ...]):
    out = Path("result")
    out.write_text("of old", encoding="utf-8")
    before = out.stat().st_ino
    run(*command, "--out", str(out))
    assert out.stat().st_ino != before
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "of old" not in out.read_text(encoding="utf-8")
    assert [path.name for path in Path().iterdir() if path.name.startswith(".result")] == []


def test_a_link_stays_one_and_is_written_through(run: Run, command: tuple[str, ...]):
    out, target = Path("link"), Path("target")
    target.write_text("of old", encoding="utf-8")
    out.symlink_to(target)
    run(*command, "--out", str(out))
    assert out.is_symlink()
    assert target.read_text(encoding="utf-8") not in {"", "of old"}


def test_a_pipe_stays_one_and_its_reader_gets_everything(run: Run, command: tuple[str, ...]):
    out, read = Path("pipe"), []
    os.mkfifo(out)
    reader = threading.Thread(target=lambda: read.append(out.read_bytes()), daemon=True)
    reader.start()
    run(*command, "--out", str(out))
    reader.join(20)
    assert out.is_fifo()
    assert [content[-1:] for content in read] == [b"\n"]


def test_a_device_is_no_file_to_replace(tmp_path: Path):
    """Asked for alone: as root a mistake would take the device away."""
    assert [is_replaceable(path) for path in (Path("/dev/null"), tmp_path, tmp_path / "new")] == [False, False, True]


def test_templates_are_written_through_a_link_and_for_everybody(run: Run, folder: Path):
    Path("stacksets").mkdir()
    Path("stacksets/spoke-kms.yaml").symlink_to("../elsewhere.yaml")
    assert run("render").code == 0
    assert Path("stacksets/spoke-kms.yaml").is_symlink()
    assert Path("elsewhere.yaml").read_text(encoding="utf-8").startswith("# Rendered")
    assert stat.S_IMODE(Path("stacksets/spoke-ec2.yaml").stat().st_mode) == 0o644


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("victim"), os.mkfifo], ids=["link", "pipe"])
def test_a_log_goes_into_a_regular_file_alone(run: Run, folder: Path, make):
    Path("victim").write_text("", encoding="utf-8")
    Path("victim").chmod(0o644)
    make(Path("run.log"))
    answer = run("--log-file", "run.log", "groups")
    assert (answer.code, "run.log is a link" in answer.err) == (1, True)
    assert (Path("victim").read_text(encoding="utf-8"), stat.S_IMODE(Path("victim").stat().st_mode)) == ("", 0o644)
