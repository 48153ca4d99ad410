"""`report` writes one page to sign, which the other commands read like a plan file."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest

from orchestrator.presentation.report.html import CHECK
from scripts.generated.catalogs import ROOT
from tests.cli.conftest import Run
from tests.cli.organization import ROLLOUT, write_rollout

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@pytest.fixture
def digest(run: Run, snapshot: str):
    """A page is there, of a plan with this digest."""
    answer = run("report", "--html", "page.html", "--organization", snapshot, "--format", "json")
    assert (answer.code, answer.json["page"]) == (0, "page.html")
    return answer.json["digest"]


def data_of(page: str):
    return json.loads(page.partition('id="report">\n')[2].partition("</script>")[0])


def test_the_page_names_its_digest_and_holds_the_plan(run: Run, digest: str):
    assert digest in Path("page.html").read_text(encoding="utf-8")
    assert DIGEST.findall(run("show", "page.html").out)[-1] == digest


def test_the_first_screen_and_the_contents_count_the_same_ways_to_privilege(digest: str):
    page = Path("page.html").read_text(encoding="utf-8")
    counts = re.findall(r'href="#ways">.*?(\d+)</span>', page, re.DOTALL)
    assert len(counts) == 2
    assert len(set(counts)) == 1


def test_a_shell_checks_the_digest_as_the_page_says(digest: str):
    said = subprocess.run(["/bin/sh", "-c", CHECK.replace("PAGE.html", "page.html")], capture_output=True, text=True, check=True)
    assert f"sha256:{said.stdout.split()[0]}" == digest


def test_a_page_whose_plan_was_changed_is_refused(run: Run, digest: str):
    page = Path("page.html").read_text(encoding="utf-8")
    before, opening, plan = page.partition('id="plan">\n')
    Path("page.html").write_text(before + opening + plan.replace("EstateSpokeRole", "EstateAdminRole"), encoding="utf-8")
    answer = run("show", "page.html")
    assert (answer.code, "was changed after it was made" in answer.err) == (3, True)


def test_a_signed_page_is_applied_like_its_plan(run: Run, sandbox):
    signed = run("report", "--html", "page.html", "--format", "json").json["digest"]
    assert run("apply", "page.html", "--approved-digest", signed).code == 0
    assert run("plan", "--detailed-exitcode").code == 0


def test_a_plan_and_its_page_have_one_digest(run: Run, snapshot: str):
    page = run("plan", "--organization", snapshot, "--out", "plan.json", "--format", "html").out
    assert set(DIGEST.findall(run("show", "plan.json").out)) <= set(DIGEST.findall(page))
    assert page.startswith("<!doctype html>")


def test_a_page_made_from_a_plan_file_says_what_it_lacks(run: Run, snapshot: str):
    run("plan", "--organization", snapshot, "--out", "plan.json")
    data = data_of(run("show", "plan.json", "--format", "html").out)
    assert "made from a plan file alone" in str(data["lacks"])
    assert data["roles"] == []


def test_a_page_shows_what_differs_from_the_plan_that_was_signed(run: Run, snapshot: str, digest: str):
    write_rollout(ROLLOUT.replace("grant: [spoke-checks, spoke-kms]", "grant: [spoke-checks]"))
    assert run("report", "--html", "next.html", "--organization", snapshot, "--against", "page.html").code == 0
    against = data_of(Path("next.html").read_text(encoding="utf-8"))["against"]
    assert against["digest"] == digest
    assert "spoke-kms" in str(against["sections"])
    shown = run("show", "next.html", "--against", "page.html", "--format", "html").out
    assert data_of(shown)["against"] == against


def test_a_review_is_the_page_without_a_plan(run: Run, snapshot: str):
    page = run("review", "spoke", "--organization", snapshot, "--format", "html").out
    assert {policy["role"] for policy in data_of(page)["policies"]} == {"spoke"}
    assert 'id="plan"' not in page


def test_the_data_of_the_page_are_as_documented(digest: str):
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data_of(Path("page.html").read_text(encoding="utf-8")))


def test_a_folder_that_is_not_there_is_an_error(run: Run, snapshot: str):
    assert run("report", "--html", "missing/page.html", "--organization", snapshot).code == 1
