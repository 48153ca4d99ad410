"""What is committed works on any machine: no path of one, no package index but the reader's own, every package hashed."""

import re
import shutil
import subprocess

import pytest

from tests.architecture.sources import ROOT

MACHINE = re.compile(r"(?<![\w.}*-])/(?:work|root|home|Users)/\w+|(?:file:|index-url|trusted-host|find-links)[=\s]*/+\w")
PINNED = re.compile(r"[A-Za-z0-9._-]+==[^\s;]+(?: ; [^\\]+)?(?: --hash=sha256:[0-9a-f]{64})+")


def tracked_text() -> dict[str, str]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    names = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    paths = {name: ROOT / name for name in names if name and (ROOT / name).is_file()}
    return {name: path.read_text(encoding="utf-8", errors="replace") for name, path in paths.items()}


def test_no_file_names_a_machine():
    found = {name: hits for name, text in tracked_text().items() if (hits := MACHINE.findall(text))}
    assert found == {}


def test_requirements_are_pinned_and_hashed_and_name_no_index():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = re.sub(r" \\\n\s+", " ", text).splitlines()
    assert [line for line in lines if line and not line.startswith("#") and not PINNED.fullmatch(line)] == []
