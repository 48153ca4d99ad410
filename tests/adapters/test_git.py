"""Which commit a configuration is from, and that no state of git or of a repository is an error."""

import os
import shutil
from pathlib import Path

import pytest

from orchestrator.adapters.git import commit_of
from orchestrator.model.provenance import Commit
from tests.worlds.repositories import commit_all, git

HOSTILE = "x\u202e<script>`|$(id)"


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    """A repository whose folder ``config`` holds a rollout and its catalog, committed on ``main``."""
    groups = tmp_path / "config" / "catalog" / "groups"
    groups.mkdir(parents=True)
    (tmp_path / "config" / "rollout.yaml").write_text("version: 1\n", encoding="utf-8")
    (groups / "ec2.yaml").write_text("groups: {}\n", encoding="utf-8")
    commit_all(tmp_path)
    return tmp_path


def read(rollout: Path, catalog: Path) -> Commit:
    answer = commit_of(rollout, catalog)
    assert answer is not None
    return answer


def found(work_tree: Path) -> Commit:
    return read(work_tree / "config" / "rollout.yaml", work_tree / "config" / "catalog")


def is_unknown(work_tree: Path) -> bool:
    return commit_of(work_tree / "config" / "rollout.yaml", work_tree / "config" / "catalog") is None


def test_a_committed_configuration_has_its_commit_and_branch(work_tree: Path):
    assert found(work_tree) == Commit(git(work_tree, "rev-parse", "HEAD"), "main", is_modified=False)


def test_a_commit_that_is_checked_out_by_its_id_is_on_no_branch(work_tree: Path):
    git(work_tree, "checkout", "--quiet", "--detach")
    assert found(work_tree).branch is None


def test_what_is_not_read_as_configuration_is_no_difference(work_tree: Path):
    (work_tree / "notes.yaml").write_text("elsewhere", encoding="utf-8")
    (work_tree / "config" / "catalog" / "README.md").write_text("no YAML", encoding="utf-8")
    assert found(work_tree).is_modified is False


@pytest.mark.parametrize("name", ["rollout.yaml", "catalog/groups/ec2.yaml", "catalog/groups/new.yaml"])
def test_a_file_that_is_not_as_committed_is_a_difference(work_tree: Path, name: str):
    (work_tree / "config" / name).write_text("version: 2\n", encoding="utf-8")
    assert found(work_tree).is_modified is True


def test_a_removed_file_is_a_difference(work_tree: Path):
    (work_tree / "config" / "catalog" / "groups" / "ec2.yaml").unlink()
    assert found(work_tree).is_modified is True


def test_files_that_git_does_not_look_at_are_compared_all_the_same(work_tree: Path):
    git(work_tree, "update-index", "--assume-unchanged", "config/rollout.yaml")
    (work_tree / "config" / "rollout.yaml").write_text("version: 2\n", encoding="utf-8")
    assert found(work_tree).is_modified is True
    git(work_tree, "update-index", "--no-assume-unchanged", "config/rollout.yaml")
    git(work_tree, "checkout", "--quiet", ".")
    (work_tree / ".gitignore").write_text("*.yaml\n", encoding="utf-8")
    (work_tree / "config" / "catalog" / "ignored.yaml").write_text("groups: {}\n", encoding="utf-8")
    assert found(work_tree).is_modified is True


def test_a_rollout_of_another_name_and_a_catalog_elsewhere_are_compared_as_far_as_they_are_there(work_tree: Path, tmp_path_factory):
    (work_tree / "config" / "rollout.yaml").rename(work_tree / "prod.yml")
    commit_all(work_tree)
    elsewhere = tmp_path_factory.mktemp("catalog")
    assert read(work_tree / "prod.yml", elsewhere).is_modified is False
    (work_tree / "prod.yml").write_text("version: 2\n", encoding="utf-8")
    assert read(work_tree / "prod.yml", elsewhere).is_modified is True


def test_variables_of_a_hook_do_not_lead_to_another_repository(work_tree: Path, tmp_path_factory, monkeypatch: pytest.MonkeyPatch):
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    answer = found(work_tree)
    monkeypatch.undo()
    assert answer.id == git(work_tree, "rev-parse", "HEAD")


def test_a_hostile_branch_is_read_as_it_is(work_tree: Path):
    git(work_tree, "checkout", "--quiet", "-b", HOSTILE)
    assert found(work_tree).branch == HOSTILE


def test_without_a_repository_a_commit_or_git_nothing_is_known(work_tree: Path, tmp_path_factory, monkeypatch: pytest.MonkeyPatch):
    outside = tmp_path_factory.mktemp("outside")
    assert commit_of(outside / "rollout.yaml", outside / "catalog") is None
    assert commit_of(outside / "missing" / "rollout.yaml", outside) is None
    git(outside, "init", "--quiet")
    assert commit_of(outside / "rollout.yaml", outside / "catalog") is None
    monkeypatch.setenv("PATH", str(outside))
    assert is_unknown(work_tree)


def test_a_git_that_hangs_or_is_broken_is_given_up(work_tree: Path, tmp_path_factory, monkeypatch: pytest.MonkeyPatch):
    programs = tmp_path_factory.mktemp("bin")
    fake = programs / "git"
    fake.write_text(f"#!{shutil.which('sh')}\nexec {shutil.which('sleep')} 60\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr("orchestrator.adapters.git.SECONDS", 0.1)
    assert is_unknown(work_tree)
    fake.write_text("not a program", encoding="utf-8")
    assert is_unknown(work_tree)


def test_git_gets_no_credentials(work_tree: Path, tmp_path_factory, monkeypatch: pytest.MonkeyPatch):
    programs, seen = tmp_path_factory.mktemp("bin"), work_tree / "seen"
    (programs / "git").write_text(f"#!{shutil.which('sh')}\n{shutil.which('env')} > '{seen}'\nexit 1\n", encoding="utf-8")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", os.environ.get("HOME", "/root"))
    assert is_unknown(work_tree)
    assert "AWS_" not in seen.read_text(encoding="utf-8")
