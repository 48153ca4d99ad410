"""What texts tell people to run is there to be run."""

import re

from orchestrator.cli.application import app
from tests.architecture.sources import ROOT

PLACES = ("README.md", "CHANGELOG.md", "docs/**/*.md", "config/**/*.yaml", "orchestrator/**/*.py")
NAMED = re.compile(r"`orchestrator ([a-z-]+)")


def test_every_command_that_a_text_names_exists():
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    named = {(word, path.name) for place in PLACES for path in ROOT.glob(place) for word in NAMED.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 5
    assert {(word, name) for word, name in named if word not in known} == set()
