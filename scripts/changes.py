"""The fragments in docs/changes: read, and gathered into the section Unreleased of CHANGELOG.md."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
FRAGMENTS = ROOT / "docs" / "changes"
CHANGELOG = ROOT / "CHANGELOG.md"

Component = Literal["catalog", "cli", "configuration", "planning", "execution", "temporary", "sandbox", "development"]
Kind = Literal["added", "changed", "deprecated", "removed", "fixed", "security"]
Sentences = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Z`][\s\S]*\.$")]


class Fragment(BaseModel):
    """One change users notice."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    component: Component
    kind: Kind
    body: Sentences

    def bullet(self) -> str:
        return f"- {self.component}: {' '.join(self.body.split())}"


def fragment_files(folder: Path = FRAGMENTS) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != "README.md")


def read_fragment(path: Path) -> Fragment:
    """Raises ValueError when the file is no fragment."""
    if path.suffix != ".yaml":
        raise ValueError(f"{path.name} is no .yaml file")
    return Fragment.model_validate(YAML(typ="safe").load(path))


def gather(changelog: str, fragments: Iterable[Fragment]) -> str:
    """The changelog with each fragment at the end of its kind's list under Unreleased."""
    before, heading, rest = changelog.partition("## [Unreleased]\n")
    if not heading:
        raise ValueError("CHANGELOG.md has no section Unreleased")
    unreleased, *older = rest.split("\n## ", 1)
    for fragment in fragments:
        unreleased = with_bullet(unreleased, fragment)
    return "\n## ".join([before + heading + unreleased, *older])


def with_bullet(section: str, fragment: Fragment) -> str:
    title = f"### {fragment.kind.capitalize()}\n"
    if title not in section:
        return f"{section.rstrip()}\n\n{title}\n{fragment.bullet()}\n"
    before, rest = section.split(title, 1)
    bullets, *others = rest.split("\n### ", 1)
    return before + title + "\n### ".join([f"{bullets.rstrip()}\n{fragment.bullet()}\n", *others])
