"""What a shell may complete: group sets and waves from rollout.yaml, accounts from a snapshot. Nothing is asked of AWS."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import typer

from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.files.snapshot.file import load_snapshot
from orchestrator.errors import OrchestratorError
from orchestrator.model.catalog import Catalog
from orchestrator.model.rollout import Rollout
from orchestrator.settings import Settings

SNAPSHOT = Path("organization.yaml")
"""Where accounts are looked for when the command line names no snapshot: the name that the guides give it."""


def group_sets(context: typer.Context, incomplete: str) -> list[str]:
    return beginning(incomplete, (name for _, catalog in read(context) for name in catalog.group_sets))


def entries(context: typer.Context, incomplete: str) -> list[str]:
    """Group sets and permission groups."""
    return beginning(incomplete, (name for _, catalog in read(context) for name in (*catalog.group_sets, *catalog.groups)))


def waves(context: typer.Context, incomplete: str) -> list[str]:
    return beginning(incomplete, (wave.name for rollout, _ in read(context) for wave in rollout.pace.waves))


def accounts(context: typer.Context, incomplete: str) -> list[str]:
    """Ids and names."""
    try:
        found = load_snapshot(context.params.get("organization") or SNAPSHOT).accounts.values()
    except (OrchestratorError, OSError):
        return []
    return beginning(incomplete, (text for account in found for text in (account.id, account.name)))


def read(context: typer.Context) -> Iterator[tuple[Rollout, Catalog]]:
    """The rollout and its catalog, unless they cannot be read: then there is nothing to complete."""
    given = context.parent.params.get("config") if context.parent is not None else None
    try:
        yield load(given or Settings().config, with_secrets=False)
    except (OrchestratorError, OSError, ValueError):
        return


def beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
