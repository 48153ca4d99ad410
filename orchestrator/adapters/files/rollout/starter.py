"""What ``init`` writes: a config folder, copied from the shipped rollout.yaml, catalog, schemas and policies. It overwrites no file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.files.catalog.file import default_catalog_folder

PARTS = ("rollout.yaml", "catalog/**/*.yaml", "schema/*.json", "permissions/*.json")


@dataclass(frozen=True, slots=True)
class Starter:
    """Files written, and files that existed and were kept."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def write_starter(folder: Path) -> Starter:
    """Write the starter into a config folder. Raises OSError when the folder cannot be written."""
    source = default_catalog_folder().parent
    targets = {folder / path.relative_to(source): path for path in shipped(source)}
    written = tuple(target for target, path in targets.items() if write_new(target, path.read_bytes()))
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
