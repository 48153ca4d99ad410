"""Changelog fragments are well formed and reach the changelog."""

import pytest
from pydantic import ValidationError

from scripts.changes import Fragment, fragment_files, gather, read_fragment

CHANGELOG = """\
# Changelog

## [Unreleased]

### Added

- One.

### Fixed

- Two.

## [0.1.0] - 2026-01-01

### Added

- Old.
"""


@pytest.mark.parametrize("path", fragment_files(), ids=lambda path: path.stem)
def test_every_fragment_is_well_formed(path):
    read_fragment(path)


@pytest.mark.parametrize(
    ("field", "value"), [("component", "misc"), ("kind", "improved"), ("body", "no capital."), ("body", "No full stop"), ("author", "x")]
)
def test_a_fragment_of_another_shape_is_refused(tmp_path, field, value):
    fields = {"component": "cli", "kind": "added", "body": "A flag.", field: value}
    path = tmp_path / "change.yaml"
    path.write_text("".join(f"{key}: {text}\n" for key, text in fields.items()))
    with pytest.raises(ValidationError):
        read_fragment(path)


def test_a_file_that_would_never_be_gathered_is_refused(tmp_path):
    path = tmp_path / "change.yml"
    path.touch()
    with pytest.raises(ValueError, match=r"change\.yml is no \.yaml file"):
        read_fragment(path)


def test_fragments_are_gathered_by_kind_under_unreleased():
    fragments = [
        Fragment(component="cli", kind="added", body="Three,\non two lines.\n"),
        Fragment(component="sandbox", kind="removed", body="Four."),
        Fragment(component="cli", kind="fixed", body="Five."),
    ]
    assert gather(CHANGELOG, fragments) == CHANGELOG.replace("- One.\n", "- One.\n- cli: Three, on two lines.\n").replace(
        "- Two.\n", "- Two.\n- cli: Five.\n\n### Removed\n\n- sandbox: Four.\n"
    )
