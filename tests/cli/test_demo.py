"""`demo` tells the whole story on a local AWS of its own and leaves its plan behind."""

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_the_story_is_told_to_its_end(run: Run):
    told = run("demo")
    assert told.code == 0, told.err
    chapters = ["A local organization", "Who gets what, and why", "The plan", "Apply", "First use", "Clean-up"]
    places = [told.out.index(f"=== {number}. {chapter} ") for number, chapter in enumerate(chapters, 1)]
    assert places == sorted(places)
    assert "The one-time policy is gone." in told.out
    assert json.loads(Path("demo-output/plan.json").read_text(encoding="utf-8"))["organization"]["id"] == "o-forensics01"
