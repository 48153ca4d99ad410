"""Git repositories of a test's own."""

import shutil
import subprocess
from pathlib import Path

GIT = shutil.which("git") or "git"
IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> str:
    """What git prints. Raises CalledProcessError."""
    return subprocess.check_output([GIT, *IDENTITY, *words], cwd=folder, text=True, stderr=subprocess.DEVNULL).strip()


def commit_all(folder: Path) -> str:
    """A commit of everything on ``main``, in a repository that is made where there is none; its id."""
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Grant")
    return git(folder, "rev-parse", "HEAD")
