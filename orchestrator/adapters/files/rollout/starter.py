"""What ``init`` writes: a config folder with rollout.yaml, catalog and schemas, copied from what ships. No file is ever overwritten."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.files.catalog.file import default_catalog_folder

PARTS = ("rollout.yaml", "catalog/**/*.yaml", "schema/*.json")


@dataclass(frozen=True, slots=True)
class Starter:
    """What was written, and what was there already and stays as it is."""

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
    """Whether the file was new; one that is there, even a dangling link, is left alone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True
