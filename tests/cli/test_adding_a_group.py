"""docs/add-a-permission-group.md is followed step by step: what it writes is written, what it types is typed."""

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.organization import QUARRY

GUIDE = (Path(__file__).parents[2] / "docs" / "add-a-permission-group.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?P<before>[^\n]*(?:\n[^\n]+)*)\n\n```(?P<kind>yaml|console)\n(?P<text>.*?)```\n", re.DOTALL)
NEW_FILE = re.compile(r"New file `([^`]+)`:$")
INSERTED = re.compile(r"In `([^`]+)`, below\s`([^`]+)`:$")
TYPED = re.compile(r"^\$ orchestrator ([^#\n]+?)(?: +# exits (\d+))?$", re.MULTILINE)


def write(before: str, text: str) -> None:
    """The file that the sentence before a block names."""
    if new := NEW_FILE.search(before):
        Path(new[1]).write_text(text, encoding="utf-8")
        return
    inserted = INSERTED.search(before)
    assert inserted, before
    path = Path(inserted[1])
    above, line, below = path.read_text(encoding="utf-8").partition(f"{inserted[2]}\n")
    assert line, inserted[2]
    path.write_text(f"{above}{line}{text}{below}", encoding="utf-8")


def follow(run: Run) -> dict[str, str]:
    """Every block in order; what each command said."""
    said = {}
    for block in BLOCK.finditer(GUIDE):
        if block["kind"] == "yaml":
            write(block["before"], block["text"])
        for words, code in TYPED.findall(block["text"]) if block["kind"] == "console" else ():
            answer = run(*shlex.split(words))
            assert answer.code == int(code or 0), f"{words}: {answer.out}{answer.err}"
            said[words] = answer.out + answer.err
            for line in block["text"].splitlines():
                assert line.startswith("$ ") or line in said[words]
    return said


@pytest.fixture
def said(run: Run, snapshot: str) -> dict[str, str]:
    assert snapshot == "snapshot.yaml"
    assert run("init").code == 0
    return follow(run)


def test_the_group_is_granted_where_the_guide_says(said: dict[str, str], run: Run):
    assert "role spoke" in said["groups spoke-audit-tables"]
    header, *rows = said["explain --all --format csv --organization snapshot.yaml"].splitlines()
    column = header.split(",").index("spoke-audit-tables")
    assert {row.split(",")[0]: row.split(",")[column] for row in rows}[QUARRY] == "granted"
    plan = run("show", "plan.json", "--format", "json").json
    assert {row["account"] for row in plan["changes"] if row["group_set"] == "spoke-audit-tables"} >= {QUARRY}
    (row,) = (row for row in plan["permissions"] if "dynamodb:GetItem" in row["gains"])
    assert row["after"] == [{"resources": ["arn:aws:dynamodb:*:*:table/audit-*"], "conditions": {}}]
    assert "dynamodb:GetItem" in Path("stacksets/spoke-audit-tables.yaml").read_text(encoding="utf-8")
    assert "dynamodb:GetItem" in said["review spoke --organization snapshot.yaml"]
