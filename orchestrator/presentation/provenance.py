"""Who made a plan, and from which commit of the configuration."""

from orchestrator.model.provenance import Commit, Provenance
from orchestrator.presentation.results_json import Json

ENOUGH = 12
"""Digits of a commit in text, which git takes for the whole."""


def provenance_words(provenance: Provenance) -> str:
    """``by arn:aws:iam::…:user/ada from commit 0123456789ab (main)``; empty where nothing is known."""
    by = f"by {provenance.made_by}" if provenance.made_by else ""
    made_from = f"from {words}" if (words := commit_words(provenance.configuration)) else ""
    return " ".join(filter(None, (by, made_from)))


def commit_words(commit: Commit | None) -> str:
    """``commit 0123456789ab (main)``; empty where none is known."""
    if commit is None:
        return ""
    branch = f" ({commit.branch})" if commit.branch else ""
    files = {True: " and files that are not as committed", False: "", None: "; whether the files are as committed is not known"}
    return f"commit {commit.id[:ENOUGH]}{branch}{files[commit.is_modified]}"


def provenance_json(provenance: Provenance) -> Json:
    """Null for what is not known."""
    commit = provenance.configuration
    found = {"commit": commit.id, "branch": commit.branch, "modified": commit.is_modified} if commit else None
    return {"made_by": provenance.made_by, "configuration": found}
