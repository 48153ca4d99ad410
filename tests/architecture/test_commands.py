"""What texts tell people to run is there to be run."""

import re

from orchestrator.cli.commands import COMMANDS
from tests.architecture.sources import ROOT

OPENS = re.compile(r"open_(?:tools|doctor)\([^\n]*")
PLACES = ("README.md", "CHANGELOG.md", "docs/**/*.md", "config/**/*.yaml", "orchestrator/**/*.py")
NAMED = re.compile(r"`orchestrator ([a-z-]+)")


def test_every_command_that_a_text_names_exists():
    named = {(word, path.name) for place in PLACES for path in ROOT.glob(place) for word in NAMED.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 5
    assert {(word, name) for word, name in named if word not in COMMANDS} == set()


def test_every_command_that_speaks_to_aws_shows_its_progress():
    opened = [line for path in ROOT.glob("orchestrator/cli/*.py") for line in OPENS.findall(path.read_text(encoding="utf-8"))]
    assert len(opened) > 10
    assert [line for line in opened if "DISPLAY.show" not in line] == []
