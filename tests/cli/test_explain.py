"""`explain` says what one account gets and by which rule, and what it does not get and why."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.organization import CHAPEL, CLOSED, DIVESTED, EXTERNAL_ID, HUB, LOOSE, QUARRY, ROLLOUT, write_rollout


def cited(rule: str) -> str:
    """As it is named to people, with the line of the rollout file it stands on."""
    (line,) = (number for number, text in enumerate(ROLLOUT.splitlines(), 1) if f"rule: {rule}," in text)
    return f'rule "{rule}" (config/rollout.yaml:{line})'


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (QUARRY, [f"{QUARRY} quarry in /Estate, ACTIVE", "Granted", "spoke-checks", "spoke-kms", cited("the estate")]),
        ("orchard", ["orchard in /Estate", "wave=first"]),
        (CHAPEL, ["Not granted", "spoke-kms", cited("silence"), "nobody speaks there"]),
        (DIVESTED, ["never changed", "sold in spring", "What it holds stays, and no rule reaches it"]),
        (CLOSED, ["closed in /Estate, SUSPENDED", "never changed"]),
        (HUB, ["hub-kms-first-use", cited("the hub")]),
        (LOOSE, ["No rule grants it anything."]),
    ],
    ids=["granted", "tags", "withheld", "excluded", "suspended", "hub", "nothing"],
)
def test_one_account_is_explained_in_words(run: Run, snapshot: str, account: str, said: list[str]):
    answer = run("explain", account, "--organization", snapshot)
    assert answer.code == 0, answer.err
    told = " ".join(answer.out.split())  # long lines are folded
    assert [words for words in said if words not in told] == []


def test_one_account_is_explained_as_json(run: Run, snapshot: str):
    excluded = run("explain", DIVESTED, "--organization", snapshot, "--format", "json")
    assert "sold in spring" in excluded.json["excluded"]
    withheld = run("explain", "chapel", "--organization", snapshot, "--format", "json").json
    assert (withheld["account"], withheld["name"], withheld["path"], withheld["state"]) == (CHAPEL, "chapel", "/Estate/Works", "ACTIVE")
    assert withheld["grants"] == [{"group_set": "spoke-checks", "because": ["the estate"]}]
    assert [row["group_set"] for row in withheld["withheld"]] == ["spoke-kms"]
    assert withheld["excluded"] is None


def test_who_may_assume_its_roles_is_said_without_the_external_id(run: Run, snapshot: str):
    said = run("explain", QUARRY, "--organization", snapshot).out
    assert "role spoke, estate-role-spoke" in said
    assert [line.split() for line in said.splitlines() if "external id" in line] == [["external", "id", "set"]]
    assert f"arn:aws:iam::{HUB}:role/EstateRole" in said
    (role,) = run("explain", QUARRY, "--organization", snapshot, "--format", "json").json["roles"]
    assert (role["role"], role["role_set"], role["managed"]) == ("spoke", "estate-role-spoke", True)
    assert role["properties"]["external id"] == ["set"]
    assert EXTERNAL_ID not in said + str(role)


def test_an_account_without_grants_has_no_role_to_be_assumed(run: Run, snapshot: str):
    assert run("explain", LOOSE, "--organization", snapshot, "--format", "json").json["roles"] == []


def test_the_trust_of_a_role_that_is_not_managed_is_not_made_up(run: Run, snapshot: str):
    write_rollout(ROLLOUT.replace("name: EstateSpokeRole,", "name: EstateSpokeRole, managed: false,"))
    (role,) = run("explain", QUARRY, "--organization", snapshot, "--format", "json").json["roles"]
    assert (role["managed"], role["properties"]) == (False, None)
    assert "it exists already" in run("explain", QUARRY, "--organization", snapshot).out


def test_an_unknown_account_brings_the_near_ones(run: Run, snapshot: str):
    answer = run("explain", "quary", "--organization", snapshot)
    assert (answer.code, "Did you mean quarry" in answer.err) == (1, True), answer.err


def test_the_organization_is_read_from_aws_when_no_snapshot_is_given(run: Run, sandbox):
    assert 'rule "the estate"' in run("explain", "quarry").out


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def ids_in(snapshot: str) -> list[str]:
    return [account["id"] for account in json.loads(Path(snapshot).read_text(encoding="utf-8"))["accounts"]]


def test_every_account_is_a_row_and_every_group_set_a_column(run: Run, snapshot: str):
    answer = run("explain", "--all", "--format", "csv", "--organization", snapshot)
    assert answer.code == 0, answer.err
    rows = {row["account"]: row for row in rows_of(answer.out)}
    assert rows.keys() == set(ids_in(snapshot))
    assert rows[QUARRY].items() >= {"name": "quarry", "organizational_unit": "/Estate", "state": "ACTIVE", "excluded": ""}.items()
    assert (rows[QUARRY]["spoke-kms"], rows[CHAPEL]["spoke-kms"], rows[LOOSE]["spoke-kms"]) == ("granted", "withheld", "")
    assert ("sold in spring" in rows[DIVESTED]["excluded"], rows[DIVESTED]["spoke-kms"]) == (True, "")
    assert {"hub-core", "spoke-eks"} <= rows[QUARRY].keys()


def test_the_table_says_what_is_said_of_each_account(run: Run, snapshot: str):
    rows = rows_of(run("explain", "--all", "--format", "csv", "--organization", snapshot).out)
    everyone = run("explain", "--all", "--format", "json", "--organization", snapshot).json
    for row, account in zip(rows, everyone["accounts"], strict=True):
        granted = {name for name, cell in row.items() if cell == "granted"}
        assert (row["account"], granted) == (account["account"], {grant["group_set"] for grant in account["grants"]})
    (chapel,) = (row for row in everyone["accounts"] if row["account"] == CHAPEL)
    alone = run("explain", CHAPEL, "--organization", snapshot, "--format", "json").json
    assert {**chapel, "roles": alone["roles"], "control_policies": alone["control_policies"]} == alone
    assert [role["role"] for role in everyone["roles"]] == ["platform", "acquisition", "spoke", "discovery"]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://evil","x")', "+1", "-1+1", "@SUM(A1)", "\t=1+1", " =1+1", '",=1+1', "a\r\n=1+1"])
def test_no_name_is_a_formula_or_another_cell(run: Run, snapshot: str, name: str):
    content = json.loads(Path(snapshot).read_text(encoding="utf-8"))
    (account,) = (row for row in content["accounts"] if row["id"] == QUARRY)
    account["name"] = name
    Path(snapshot).write_text(json.dumps(content), encoding="utf-8")
    answer = run("explain", "--all", "--format", "csv", "--organization", snapshot)
    (row,) = (row for row in rows_of(answer.out) if row["account"] == QUARRY)
    assert not row["name"].lstrip().startswith(("=", "+", "-", "@"))
    assert row["state"] == "ACTIVE"
    assert len(answer.out.splitlines()) == 1 + len(content["accounts"])


def test_every_account_is_explained_in_words(run: Run, snapshot: str):
    said = " ".join(run("explain", "--all", "--organization", snapshot).out.split())
    for words in ("Granted", "spoke-checks, spoke-kms", "role spoke, estate-role-spoke", "spoke-kms not granted", "sold in spring"):
        assert words in said
    assert f"of {len(ids_in(snapshot))} accounts. `explain ACCOUNT` shows one in full." in said


@pytest.mark.parametrize("words", [[], [QUARRY, "--all"], [QUARRY, "--format", "csv"], ["--format", "csv"]])
def test_what_makes_no_sense_together_is_a_usage_error(run: Run, snapshot: str, words: list[str]):
    assert run("explain", *words, "--organization", snapshot).code == 64


def test_every_account_is_read_from_aws_when_no_snapshot_is_given(run: Run, sandbox):
    rows = rows_of(run("explain", "--all", "--format", "csv").out)
    assert {row["account"]: row["spoke-kms"] for row in rows}[QUARRY] == "granted"
