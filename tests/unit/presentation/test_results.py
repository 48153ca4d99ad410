"""Outcomes, verification, status, temporary grants and history, in words and as JSON."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.errors import AwsError, ConfigurationError, Problem, RefusedError
from orchestrator.model.evidence import Used
from orchestrator.model.identifiers import AccountId, GroupSetName, OperationKey, StackSetName
from orchestrator.model.outcome import NOT_ATTEMPTED, Deviation, Failure, OperationOutcome, OperationStatus, Outcome, Probed, Verification
from orchestrator.model.plan import ExcludedAccount, WithheldSet
from orchestrator.model.state import Window
from orchestrator.model.status import AccountStatus, Standing
from orchestrator.model.temporary import LedgerEvent, LedgerRecord, TemporaryState
from orchestrator.presentation.errors import error_json, error_text
from orchestrator.presentation.history import ledger_text
from orchestrator.presentation.next_step import Commands
from orchestrator.presentation.outcome_text import outcome_text
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.results_json import ledger_json, outcome_json, status_json, temporary_json, verification_json
from orchestrator.presentation.status import status_text
from orchestrator.presentation.temporary import is_overdue, temporary_lines
from orchestrator.presentation.verification import verification_text
from tests.unit.presentation.plans import DEV, HUB, NOW, PLAN, PROD, RULES, TEMPORARY, read, temporary

PAGE = Page(100)
KMS = StackSetName("cado-spoke-kms")
DONE = OperationOutcome(OperationKey("op-001"), "create_instances", KMS, OperationStatus.SUCCEEDED)
MISSING = Verification(missing=tuple(Deviation(account, KMS, "no instance") for account in PROD[:2]))
APPLIED = Outcome(PLAN.digest, (DONE,))
FAILED = Failure(PROD[0], KMS, "no")
LEFT_OUT = Failure(PROD[1], KMS, "not attempted: since the plan was made the account is SUSPENDED", "Make a new plan.")


def last_line(text: str) -> str:
    return text.splitlines()[-1]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (APPLIED, "Applied: 1 of 1 operation succeeded. AWS is as planned."),
        (replace(APPLIED, failed=(LEFT_OUT, FAILED), left_out=(LEFT_OUT,)), "Make a new plan: accounts changed since this one was made"),
        (replace(APPLIED, failed=(FAILED,)), "Apply the same plan again to retry what failed."),
        (replace(APPLIED, already_done=True), f"Nothing to do: plan {PLAN.digest} is complete already."),
        (
            replace(APPLIED, stopped_after="canary"),
            'Stopped after wave "canary", as asked: 1 of 1 operation succeeded. Apply the same plan',
        ),
        (replace(APPLIED, verification=MISSING), "Applied: 1 of 1 operation succeeded, but AWS is not as planned."),
        (replace(APPLIED, verification=Verification(tampered=MISSING.missing)), "run orchestrator cleanup: it looks again."),
        (replace(APPLIED, verification=Verification(unreachable=MISSING.missing)), "run orchestrator cleanup: it looks again."),
        (replace(APPLIED, failed=(Failure(PROD[0], KMS, "x"), Failure(PROD[0], KMS, "y"))), "Applied, 1 account failed:"),
    ],
)
def test_the_last_line_of_an_outcome_tells_the_truth(outcome, words):
    assert words in outcome_text(outcome, NOW, Page(200)).splitlines()[-1]


def test_equal_failures_are_told_once_with_every_account_and_the_hint():
    failed = tuple(Failure(account, KMS, "role exists", "say managed: false") for account in PROD)
    text = outcome_text(replace(APPLIED, failed=failed), NOW, PAGE)
    assert text.count("role exists") == 1
    assert text.count("hint: say managed: false") == 1
    assert all(account in text for account in PROD)


def test_failures_that_differ_in_ids_alone_are_one_reason():
    def denied(account, name):
        return Failure(account, StackSetName(name), f"User: arn:aws:sts::{account}:assumed-role/x is not authorized", "Allow it there.")

    same = (*(denied(account, "cado-role-spoke") for account in PROD[:3]), denied(PROD[0], "cado-spoke-kms"))
    other = Failure(DEV[0], KMS, "role exists in 444444440001")
    skipped = Failure(DEV[1], KMS, f"{NOT_ATTEMPTED}create stack set cado-spoke-kms (op-001) has not succeeded there")
    lines = outcome_text(replace(APPLIED, failed=(skipped, other, *same), seconds=65.0), NOW, PAGE).splitlines()
    assert lines == [
        "Failed",
        "  3 accounts: User: arn:aws:sts::…:assumed-role/x is not authorized",
        "    hint: Allow it there.",
        f"    cado-role-spoke: {PROD[1]}, {PROD[2]}",
        f"    cado-role-spoke, cado-spoke-kms: {PROD[0]}",
        "  1 account: role exists in 444444440001",
        f"    cado-spoke-kms: {DEV[0]}",
        "Skipped",
        "  1 account: not attempted: create stack set cado-spoke-kms (op-001) has not succeeded there",
        f"    cado-spoke-kms: {DEV[1]}",
        "",
        "Applied, 4 accounts failed and 1 was skipped: 1 of 1 operation succeeded, in 1 minute. Apply the",
        "same plan again to retry what failed.",
    ]


COMMANDS = Commands("orchestrator --profile audit apply plan.json", "orchestrator --profile audit")
HELD = replace(APPLIED, temporary=TEMPORARY[:1])


@pytest.mark.parametrize(
    ("outcome", "command"),
    [
        (replace(APPLIED, is_narrowed=True), "orchestrator --profile audit plan"),
        (APPLIED, "orchestrator --profile audit verify --probe"),
        (replace(APPLIED, failed=(FAILED,)), COMMANDS.again),
        (replace(APPLIED, failed=(LEFT_OUT, FAILED), left_out=(LEFT_OUT,)), "orchestrator --profile audit plan"),
        (replace(APPLIED, failed=(FAILED,), strays=(FAILED,)), "orchestrator --profile audit plan"),
        (replace(APPLIED, stopped_after="canary"), COMMANDS.again),
        (replace(APPLIED, verification=MISSING), "orchestrator --profile audit plan"),
        (replace(APPLIED, verification=Verification(tampered=MISSING.missing)), "orchestrator --profile audit cleanup"),
        (HELD, "orchestrator --profile audit cleanup"),
        (replace(APPLIED, already_done=True), None),
        (replace(APPLIED, already_done=True, is_narrowed=True), None),
        (replace(APPLIED, operations=()), None),
    ],
)
def test_what_to_run_next_is_an_exact_command(outcome, command):
    last = outcome_text(outcome, NOW, Page(200), COMMANDS).splitlines()[-1]
    assert last.endswith(f": {command}") if command else "Next" not in last
    assert outcome_json(outcome, COMMANDS)["next"] == command


def test_an_outcome_in_json_has_the_fields_others_rely_on():
    found = read(outcome_json(replace(APPLIED, failed=(Failure(PROD[0], KMS, "why", "what next"),), temporary=TEMPORARY)))
    assert found["plan"] == PLAN.digest
    assert found["converged"] is False
    assert found["operations"] == [{"id": "op-001", "kind": "create_instances", "stack_set": "cado-spoke-kms", "status": "succeeded"}]
    assert found["failed"] == [{"account": PROD[0], "stack_set": "cado-spoke-kms", "reason": "why", "hint": "what next"}]
    assert found["temporary"] == temporary_json(TEMPORARY)


def test_what_was_not_compared_is_not_called_converged():
    assert read(outcome_json(APPLIED))["verification"]["converged"] is None
    seen = replace(APPLIED.verification, tampered=MISSING.missing)
    assert read(outcome_json(replace(APPLIED, verification=seen)))["verification"]["converged"] is False


def test_temporary_grants_have_the_same_rows_everywhere():
    used = temporary_json(TEMPORARY)[1]
    assert used == {
        "group_set": "hub-kms-first-use",
        "account": HUB,
        "state": "used",
        "granted_at": "2026-11-19T08:00:00Z",
        "expires_at": "2026-12-19T08:00:00Z",
        "evidence": "service-linked role exists",
        "found": "used",
        "used_at": "2026-11-22T08:00:00Z",
        "detail": "will be revoked",
    }


def test_verification_groups_equal_findings():
    text = verification_text(MISSING, PAGE)
    assert f"    {PROD[0]}, {PROD[1]}" in text.splitlines()
    assert last_line(text) == "Differences: 2 missing."
    assert last_line(verification_text(Verification(), PAGE)) == "Verified: everything is as it should be."


def test_a_look_inside_says_where_it_looked_and_what_a_plan_can_repair():
    whole = Probed(looked=12, active=12, ungranted=3, unseen=1, resumed_after=5, repairable=2)
    assert " ".join(verification_text(Verification(probed=whole), PAGE).split()).startswith(
        "Looked inside all 12 accounts, 3 of them without grants; 1 of those could not be looked into. "
        "5 were looked into before the interruption. A plan can repair 2 findings: run `orchestrator plan`."
    )
    part = Probed(looked=1, active=12, accounts=(HUB,))
    assert verification_text(Verification(probed=part), PAGE).splitlines()[:2] == ["Looked inside 1 of 12 accounts.", f"  {HUB}"]
    assert verification_json(Verification(probed=part))["probed"] == {
        "looked": 1,
        "active": 12,
        "without_grants": 0,
        "without_grants_unseen": 0,
        "accounts": [HUB],
        "resumed_after": 0,
        "repairable": 0,
    }
    assert "probed" not in verification_json(Verification())


def test_drift_that_needs_no_repair_is_said_and_is_no_difference():
    found = Verification(harmless=(Deviation(PROD[0], StackSetName("cado-role-spoke"), "no repair needed: other tags"),))
    text = verification_text(found, PAGE)
    assert "no repair needed: other tags" in text
    assert text.rstrip().endswith("everything is as it should be.")
    assert read(verification_json(found))["converged"] is True
    assert [row["account"] for row in read(verification_json(found))["harmless"]] == [PROD[0]]


def test_verification_in_json_has_every_kind():
    found = read(verification_json(MISSING))
    assert list(found) == ["converged", "missing", "unexpected", "outdated", "unhealthy", "unreachable", "tampered"]
    assert found["missing"] == [{"account": account, "stack_set": "cado-spoke-kms", "detail": "no instance"} for account in PROD[:2]]


@pytest.mark.parametrize(
    ("grant", "overdue"),
    [
        (temporary(HUB, TemporaryState.GRANTED, age=3, evidence=None), False),
        (temporary(HUB, TemporaryState.GRANTED, age=31, evidence=None), True),
        (temporary(HUB, TemporaryState.USED, age=3, evidence=Used(NOW - timedelta(hours=24), "seen")), False),
        (temporary(HUB, TemporaryState.USED, age=3, evidence=Used(NOW - timedelta(hours=25), "seen")), True),
        (temporary(HUB, TemporaryState.USED, age=31, evidence=Used(NOW, "seen")), True),
        (temporary(HUB, TemporaryState.EXPIRED, age=31, evidence=None), True),
        (temporary(HUB, TemporaryState.ABSENT, age=31, evidence=None), False),
        (temporary(HUB, TemporaryState.ABSENT, evidence=None), False),
    ],
)
def test_overdue_is_what_was_used_a_day_ago_or_ended_and_is_still_there(grant, overdue):
    assert is_overdue(grant, NOW) is overdue


def test_overdue_grants_come_first_and_red():
    page = Page(100, color=True)
    lines = temporary_lines(TEMPORARY, NOW, page)
    assert lines[1] == page.paint(f"  ! hub-kms-first-use in {HUB}: used, OVERDUE", Tone.BAD)
    assert sum("OVERDUE" in line for line in lines) == 1


def test_a_temporary_grant_tells_age_time_left_and_what_could_not_be_seen():
    text = "\n".join(temporary_lines(TEMPORARY, NOW, Page(120)))
    assert "granted 2026-11-21 08:00 UTC (3 days ago), ends 2026-12-21 08:00 UTC (27 days left)" in text
    assert "not used yet" in text
    assert "use unknown: AccessDenied on sts:AssumeRole" in text
    assert "not needed: already used on 2026-11-24" in text
    assert temporary_lines((), NOW, PAGE) == []


SETS = (GroupSetName("spoke-checks"), GroupSetName("spoke-kms"))
STATUSES = (
    *(AccountStatus(account, "payments", SETS) for account in PROD),
    AccountStatus(DEV[0], "ledger", SETS[:1], missing=SETS[1:]),
    AccountStatus(DEV[1], "ledger too", SETS[:1], missing=SETS[1:]),
    AccountStatus(DEV[2], "nothing"),
)


def test_status_names_what_is_wrong_and_counts_the_rest():
    text = status_text(Standing(STATUSES, TEMPORARY), NOW, Page(120))
    assert text.startswith("Temporary grants\n")
    assert f"  2 accounts: {DEV[0]} ledger, {DEV[1]} ledger too\n    missing  spoke-kms\n    granted  spoke-checks\n" in text
    assert "  8 accounts: hold spoke-checks, spoke-kms\n" in text
    summary = "Status: 18 grants in 10 accounts; 2 missing in 2 accounts; 2 accounts of 11 not as the rules want it."
    assert summary in text.replace("\n", " ")


def test_status_says_what_is_withheld_and_judges_no_excluded_account():
    held = WithheldSet(SETS[1], DEV[:2], "cardholder data: PCI scope")
    nothing = WithheldSet(None, DEV[2:3], "no rule grants it anything")
    excluded = ExcludedAccount(AccountId("333333333333"), "leaves the organization in March", holds=4)
    accounts = (*(AccountStatus(account, "", SETS[:1], withheld=SETS[1:]) for account in DEV[:2]), AccountStatus(DEV[2], "nothing"))
    standing = Standing(accounts, withheld=(held, nothing), excluded=(excluded,), rules=RULES)
    text = status_text(standing, NOW, Page(160))
    assert '  444444440001, 444444440002: spoke-kms not granted: rule "cardholder data" (config/rollout.yaml:46): PCI scope\n' in text
    assert "  444444440003: no rule grants it anything\n" in text
    summary = "Status: 2 grants in 2 accounts; 3 accounts as the rules want it, 1 of them with nothing; 1 account excluded and not judged."
    assert last_line(text) == summary
    found = read(status_json(standing, NOW))
    assert [row["withheld"] for row in found["accounts"]] == [["spoke-kms"], ["spoke-kms"], []]
    assert [(row["account"], row["group_set"]) for row in found["withheld"]] == [
        (DEV[0], "spoke-kms"),
        (DEV[1], "spoke-kms"),
        (DEV[2], None),
    ]
    assert found["excluded"] == [{"account": "333333333333", "because": "leaves the organization in March", "grants": 4}]


def test_status_in_json_has_a_list_per_kind():
    found = read(status_json(Standing(STATUSES[-3:]), NOW))
    assert found["temporary"] == []
    assert found["accounts"][0] == {
        "id": DEV[0],
        "name": "ledger",
        "granted": ["spoke-checks"],
        "missing": ["spoke-kms"],
        "unexpected": [],
        "outdated": [],
        "failed": [],
        "altered": [],
        "withheld": [],
        "reasons": {},
    }


def test_status_in_json_tells_the_overdue_grants():
    found = read(status_json(Standing((), TEMPORARY), NOW))
    assert [row["overdue"] for row in found["temporary"]] == [is_overdue(grant, NOW) for grant in TEMPORARY]
    assert sum(row["overdue"] for row in found["temporary"]) == 1


def test_status_says_why_a_group_set_failed():
    denied = "FAILED: Explicit deny in a service control policy"
    failed = AccountStatus(DEV[0], "ledger", failed=SETS, reasons=dict.fromkeys(SETS, denied))
    other = AccountStatus(DEV[1], "ledger too", failed=SETS, reasons=dict.fromkeys(SETS, "FAILED: role exists"))
    lines = status_text(Standing((failed, other)), NOW, Page(120)).splitlines()
    assert lines[1:3] == [f"  {DEV[0]} ledger", f"    failed  spoke-checks, spoke-kms: {denied}"]
    assert lines[3:5] == [f"  {DEV[1]} ledger too", "    failed  spoke-checks, spoke-kms: FAILED: role exists"]


def test_an_error_says_what_where_and_what_next():
    error = RefusedError("The plan was changed.", kind="digest", where="plan.json", remedy="Make it again.")
    assert error_text(error, PAGE) == "refused: The plan was changed. (plan.json)\n  Make it again.\n"
    assert error_json(error) == {
        "error": {"kind": "digest", "message": "The plan was changed.", "where": "plan.json", "remedy": "Make it again."}
    }


def test_every_problem_of_a_configuration_is_told():
    error = ConfigurationError([Problem("r.yaml:3:4", "unknown key foo.", "Did you mean for?"), Problem("r.yaml:9:4", "bad id.")])
    text = error_text(error, PAGE)
    assert text == "error: 2 problems in the configuration\n  r.yaml:3:4: unknown key foo. Did you mean for?\n  r.yaml:9:4: bad id.\n"


def test_an_error_of_several_lines_keeps_them():
    assert error_text(AwsError("one\ntwo"), PAGE) == "error: one\n  two\n"


def test_the_ledger_tells_one_life_after_the_other():
    window = Window(NOW, NOW + timedelta(days=1))
    records = [
        LedgerRecord(NOW, LedgerEvent.GRANTED, SETS[1], AccountId(account), PLAN.digest, window, deliberate=True, because="a second key")
        for account in (HUB, DEV[0])
    ]
    gone = LedgerRecord(NOW + timedelta(hours=2), LedgerEvent.GONE, SETS[1], HUB, PLAN.digest)
    text = ledger_text([*records, gone], Page(200))
    lines = text.splitlines()
    assert lines[0] == f"spoke-kms in {HUB}"
    granted = "granted until 2026-11-25 08:00 UTC, asked for by name, because: a second key"
    assert lines[1] == f"  2026-11-24 08:00 UTC  {granted}, plan {PLAN.digest.removeprefix('sha256:')[:12]}"
    assert lines[2].startswith("  2026-11-24 10:00 UTC  seen gone from inside the account")
    assert ledger_text([], PAGE) == "No temporary grant was ever made.\n"
    assert read(ledger_json([gone]))["temporary"][0].items() >= {"event": "gone", "account": HUB, "granted_at": None}.items()
