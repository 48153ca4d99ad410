"""What git says of the configuration: the commit its work tree is at, and whether its files are as committed.

Without git, a repository or an answer it is unknown, never an error.
"""

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from shutil import which

from orchestrator.model.provenance import Commit

SECONDS = 5.0
"""How long one answer of git is waited for."""

INHERITED = ("HOME", "PATH", "XDG_CONFIG_HOME")
"""All that git gets of our environment: no credentials, and none of the ``GIT_*`` variables that lead it to another repository."""

READ = "*.yaml"
"""What is read of a catalog."""

SILENT = {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
"""Nothing is fetched, locked or asked."""


def commit_of(rollout: Path, catalog: Path) -> Commit | None:
    """The commit of rollout.yaml's work tree; ``catalog`` is a folder, which counts as far as it is in the same tree."""
    found = which("git")
    tree = WorkTree.around(rollout.resolve(), found) if found else None
    if tree is None:
        return None
    branch = tree.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    is_modified = differs(tree, rollout.resolve(), catalog.resolve())
    return Commit(tree.commit, branch.decode(errors="replace").rstrip("\n") if branch else None, is_modified)


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A work tree that has a commit."""

    git: str
    root: Path
    commit: str

    @classmethod
    def around(cls, file: Path, git: str) -> "WorkTree | None":
        """The one the file is in."""
        answer = ask(git, file.parent, "rev-parse", "--verify", "HEAD^{commit}")
        root = ask(git, file.parent, "rev-parse", "--show-toplevel")
        if not answer or not root:
            return None
        return cls(git, Path(os.fsdecode(root.removesuffix(b"\n"))), answer.decode().strip())

    def ask(self, *words: str) -> bytes | None:
        return ask(self.git, self.root, *words)

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def committed(self, paths: Iterable[Path]) -> Mapping[str, str] | None:
        """The files there, by name, with the ids of their contents."""
        answer = self.ask("--literal-pathspecs", "ls-tree", "-rz", "--full-tree", self.commit, "--", *map(self.name, paths))
        if answer is None:
            return None
        rows = (row.partition("\t") for row in os.fsdecode(answer).split("\0"))
        return {name: about.split()[2] for about, _, name in rows if name}

    def present(self, files: Iterable[Path]) -> Mapping[str, str] | None:
        """The files as they are, by name, with the ids they would be committed with."""
        names = [self.name(file) for file in files]
        answer = self.ask("hash-object", "--", *names)
        return None if answer is None else dict(zip(names, answer.decode().split(), strict=True))


def differs(tree: WorkTree, rollout: Path, catalog: Path) -> bool | None:
    """By content: ignored files and those that git is set not to look at count as well."""
    if not rollout.is_relative_to(tree.root):
        return None
    folders = [catalog] if catalog.is_relative_to(tree.root) else []
    committed = tree.committed((rollout, *folders))
    present = tree.present((rollout, *(file for folder in folders for file in folder.rglob(READ))))
    if committed is None or present is None:
        return None
    return present != {name: content for name, content in committed.items() if fnmatchcase(name, READ) or name == tree.name(rollout)}


def ask(git: str, folder: Path, *words: str) -> bytes | None:
    """What git prints; None where it refuses or takes too long."""
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ} | SILENT
    command = [git, "--no-replace-objects", "-C", str(folder), *words]
    try:
        ended = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - found on PATH, its words are ours
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None
