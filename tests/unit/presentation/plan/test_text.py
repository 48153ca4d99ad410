"""The plan as people read it. The whole pages stand in expected/."""

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import AccountState
from orchestrator.model.part import Narrowing, Part
from orchestrator.model.plan import ChangeKind, ExcludedAccount, Plan, Purpose, Summary, Target
from orchestrator.presentation.page import Page
from orchestrator.presentation.plan.markdown import plan_markdown
from orchestrator.presentation.plan.text import plan_text
from orchestrator.presentation.plan.view import View
from tests.unit.presentation.plans import DEV, EVERY_WORKLOAD, HEADER, PLAN, PROD, TEMPORARY, change

EXPECTED = Path(__file__).parent / "expected"
EMPTY = Plan(header=HEADER, observed={}, operations=(), summary=Summary(40, 0, 0, 0, 37, 0))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_page(width, golden):
    golden(EXPECTED / f"plan-{width}.txt", plan_text(PLAN, Page(width)))


def test_the_page_in_markdown(golden):
    golden(EXPECTED / "plan.md", plan_markdown(PLAN))


def test_what_must_not_be_missed_comes_first_and_the_sum_comes_last():
    text = plan_text(PLAN, Page(120))
    marks = [
        "! refused",
        "Refused:",
        "\n! newly grants",
        "\nwarning:",
        "\nTemporary grants",
        "Changes",
        "Permissions",
        "Operations",
        "Excluded",
        "\nPlan: ",
    ]
    assert sorted(marks, key=text.index) == marks
    assert text.endswith(f"{PLAN.digest}\n")


def test_colour_changes_no_word():
    plain = plan_text(PLAN, Page(80))
    colored = plan_text(PLAN, Page(80, color=True))
    for code in (1, 2, 31, 32, 33, 0):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == plain


@pytest.mark.parametrize(
    ("purpose", "words"),
    [
        (Purpose.ROLLOUT, "No changes. 37 grants are as the rules want them."),
        (Purpose.CLEANUP, "No changes. No temporary grant is used or over."),
    ],
)
def test_an_empty_plan_says_so_in_its_last_line(purpose, words):
    plan = replace(EMPTY, header=replace(HEADER, purpose=purpose))
    assert plan_text(plan, Page()).splitlines()[-1] == words


def test_an_empty_plan_for_a_part_claims_nothing_of_the_grants_elsewhere():
    plan = replace(EMPTY, narrowing=Narrowing(Part(accounts=PROD[:1]), 4, 2))
    assert plan_text(plan, Page()).splitlines()[-1] == "No changes in the part this plan is narrowed to."


def test_every_change_names_its_rule_and_where_it_stands():
    both = replace(PLAN, changes=(change(ChangeKind.GRANT, "spoke-kms", PROD[:1], f"{EVERY_WORKLOAD}, the hub"),))
    text = plan_text(both, Page(200))
    assert 'because: rule "every workload account" (config/rollout.yaml:38) and rule "the hub" (config/rollout.yaml:55)' in text


def big_plan(accounts: int, units: int) -> Plan:
    ids = [AccountId(f"{number:012d}") for number in range(accounts)]
    paths = {account: f"/Workloads/Team {number % units}/Prod" for number, account in enumerate(ids)}
    odd = AccountId("999999999999")
    return replace(
        PLAN,
        changes=tuple(change(ChangeKind.GRANT, f"spoke-{number}", (*ids, odd), EVERY_WORKLOAD) for number in range(15)),
        targets=(
            *(Target(account, "app", path, AccountState.ACTIVE) for account, path in paths.items()),
            Target(odd, "the-odd-one", "/Exceptions", AccountState.ACTIVE),
        ),
    )


def test_thousands_of_changes_stay_one_page():
    text = plan_text(big_plan(1000, 200), Page(80))
    assert len(text.splitlines()) < 110
    assert "999999999999 the-odd-one in /Exceptions, /Workloads and below 1,000" in text


def test_accounts_left_alone_are_counted_and_those_that_hold_grants_are_named():
    many = tuple(ExcludedAccount(AccountId(f"{number:012d}"), "outside the scope", 3 if number == 77 else 0) for number in range(500))
    text = plan_text(replace(PLAN, excluded=many), Page(120))
    assert "500 accounts: outside the scope; some hold grants; withhold them to revoke" in text
    assert "000000000077  holds 3 grants" in text
    assert "000000000078" not in text
    assert "(--accounts lists them)" in text
    assert "000000000078" in plan_text(replace(PLAN, excluded=many), Page(120), View(accounts=True))


@pytest.mark.parametrize("width", [60, 61, 79, 100])
def test_ids_are_whole_and_lines_fit_unless_one_word_is_longer(width):
    for line in plan_text(PLAN, Page(width)).splitlines():
        assert len(line) <= width or len(line.split()) == 1
    words = plan_text(PLAN, Page(width)).split()
    assert PLAN.digest in words
    assert {"333333333333:", "222222222222:"} <= set(words)


def test_names_from_outside_reach_neither_the_terminal_nor_the_markup():
    name = "evil\x1b[31m|`</details>\n# Approved"
    plan = replace(PLAN, targets=tuple(replace(target, name=name) for target in PLAN.targets))
    assert "\x1b" not in plan_text(plan, Page())
    markdown = plan_markdown(plan)
    assert "\x1b" not in markdown
    assert r"\|\`\<" in markdown
    assert not any(line.startswith("# Approved") for line in markdown.splitlines())


@pytest.mark.parametrize("name", ["@org/team", "https://evil.example", "HTTP://e", "www.evil.example", "a@b.example", "&#64;org", "#123"])
def test_names_from_outside_call_nobody_and_lead_nowhere_in_markdown(name):
    """A space of no width keeps GitHub and GitLab from linking; backslashes do not, for they link what was rendered."""
    plan = replace(PLAN, warnings=(f"account {name} is odd",))
    (line,) = [line for line in plan_markdown(plan).splitlines() if "is odd" in line]
    rendered = html.unescape(re.sub(r"\\(?=[^\w\s])", "", line.replace("\\&", "&amp;")))
    assert rendered.replace("\u200b", "") == f"- account {name} is odd"
    assert not re.search(r"@\w|\w://|www\.|#\d", rendered.replace("&#64;", ""))


def test_the_wave_says_why_the_hub_is_among_its_accounts_and_how_it_is_chosen():
    plan = replace(PLAN, header=replace(PLAN.header, hub=DEV[0]))
    text = plan_text(plan, Page(200))
    assert f"{DEV[0]} ledger-dev-01 is the hub, which goes first: without its roles no spoke is of use" in text
    assert "rollout.yaml: every account that is left" in text
    assert "is the hub" not in plan_text(replace(plan, header=replace(plan.header, purpose=Purpose.DESTROY)), Page(200))


def test_accounts_lists_each_account_once_with_its_wave_and_changes():
    section = plan_text(PLAN, Page(200), View(accounts=True)).partition("\nAccounts\n")[2]
    assert all(section.count(target.account) == 1 for target in PLAN.targets)
    assert "  /Workloads/Dev: 2 accounts, wave canary\n    + role set cado-role-spoke, + spoke-checks, + spoke-kms\n" in section


def test_many_temporary_grants_are_counted_but_for_those_that_are_overdue():
    alive, late = (
        tuple(replace(grant, account=AccountId(f"{number:012d}")) for number in range(30)) for grant in (TEMPORARY[0], TEMPORARY[1])
    )
    text = plan_text(replace(PLAN, temporary=alive), Page(200))
    assert "  and 20 more temporary grants (--detail)\n" in text
    assert text.count("not used yet") == 10
    assert plan_text(replace(PLAN, temporary=alive), Page(200), View(detail=True)).count("not used yet") == 30
    assert plan_text(replace(PLAN, temporary=(*alive, *late)), Page(200)).count("  ! hub-kms-first-use in") == 30
