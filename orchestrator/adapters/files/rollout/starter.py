"""What ``init`` writes: a config folder, copied from the shipped rollout.yaml, catalog, schemas and policies. No file is overwritten."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.files.catalog.file import default_catalog_folder

PARTS = ("rollout.yaml", "catalog/**/*.yaml", "schema/*.json", "permissions/*.json")
IGNORED = b"# Journal, ledger and lock of a state that is a folder here: no part of the configuration.\n.orchestrator/\n"


@dataclass(frozen=True, slots=True)
class Starter:
    """Files written, and files that existed and were kept."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def write_starter(folder: Path) -> Starter:
    """Write the starter into a config folder. Raises OSError when the folder cannot be written."""
    source = default_catalog_folder().parent
    targets = {folder / path.relative_to(source): path.read_bytes() for path in shipped(source)} | {folder / ".gitignore": IGNORED}
    written = tuple(target for target, content in targets.items() if write_new(target, content))
    return Starter(written, tuple(target for target in targets if target not in written))


def shipped(source: Path) -> Iterator[Path]:
    for pattern in PARTS:
        yield from sorted(source.glob(pattern))


def write_new(target: Path, content: bytes) -> bool:
    """Write unless the path exists, even as a dangling link; returns whether it did."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True
