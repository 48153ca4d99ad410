"""Where a plan comes from is shown as its file says, and as text whatever the names are."""

from dataclasses import replace

import pytest

from orchestrator.model.provenance import UNKNOWN, Commit, Provenance
from orchestrator.presentation.page import Page
from orchestrator.presentation.plan.markdown import plan_markdown
from orchestrator.presentation.plan.text import plan_text
from orchestrator.presentation.provenance import provenance_json, provenance_words
from tests.unit.presentation.plans import HEADER, PLAN

COMMIT = Commit("0123456789abcdef0123456789abcdef01234567", "main", is_modified=False)


@pytest.mark.parametrize(
    ("provenance", "words"),
    [
        (UNKNOWN, ""),
        (Provenance("ada on laptop"), "by ada on laptop"),
        (Provenance("ada", COMMIT), "by ada from commit 0123456789ab (main)"),
        (Provenance("ada", replace(COMMIT, branch=None)), "by ada from commit 0123456789ab"),
        (Provenance(None, replace(COMMIT, is_modified=True)), "from commit 0123456789ab (main) and files that are not as committed"),
        (
            Provenance(None, replace(COMMIT, is_modified=None)),
            "from commit 0123456789ab (main); whether the files are as committed is not known",
        ),
    ],
)
def test_what_is_known_is_said_and_nothing_else(provenance, words):
    assert provenance_words(provenance) == words


def test_programs_get_the_whole_commit_and_null_for_what_is_not_known():
    assert provenance_json(Provenance(None, replace(COMMIT, branch=None))) == {
        "made_by": None,
        "configuration": {"commit": COMMIT.id, "branch": None, "modified": False},
    }
    assert provenance_json(UNKNOWN) == {"made_by": None, "configuration": None}


def test_names_of_branches_and_callers_are_no_markup():
    hostile = Provenance("@org/team\x1b[31m", replace(COMMIT, branch="<img src=x>\u202e](http://evil)|"))
    plan = replace(PLAN, header=replace(HEADER, provenance=hostile))
    markdown, text = plan_markdown(plan), plan_text(plan, Page(120))
    made = next(line for line in markdown.splitlines() if line.startswith("Purpose"))
    assert "\\<img src=x\\> \\]" in made
    assert "@org" not in made
    assert not {"\x1b", "\u202e"} & {*markdown, *text}
