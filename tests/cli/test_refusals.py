"""What is wrong is said in words, with the contract's exit code, and nothing is written in AWS."""

import json
from pathlib import Path

import pytest

from orchestrator.sandbox import Sandbox
from orchestrator.sandbox.first_use import use_for_the_first_time
from tests.cli.conftest import Run
from tests.cli.organization import DIVESTED, HUB, QUARRY, ROLLOUT, write_rollout


@pytest.mark.parametrize(
    ("text", "said"),
    [(ROLLOUT, 'unknown key "rules"'), ("accounts: [", "this is not YAML"), (None, "there is no such file")],
    ids=["another file", "no yaml", "absent"],
)
def test_a_rehearsal_takes_snapshots_alone(run: Run, text: str | None, said: str):
    if text is not None:
        Path("given.yaml").write_text(text, encoding="utf-8")
    answer = run("sandbox", "--organization", "given.yaml", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (1, "configuration")
    assert said in answer.err


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_is_none_is_usage(run: Run, port: str):
    answer = run("sandbox", "--port", port)
    assert (answer.code, "--port" in answer.err) == (64, True)


@pytest.mark.parametrize("words", [("no-such-command",), ("plan", "--no-such-option"), ("explain",), ("plan", "--format", "yaml")])
def test_a_command_line_without_sense_is_usage(run: Run, words: tuple[str, ...]):
    assert run(*words).code == 64


def test_a_snapshot_is_planned_without_credentials(run: Run, snapshot: str):
    answer = run("plan", "--organization", snapshot, "--format", "json")
    assert answer.code == 0, answer.err
    assert answer.json["summary"]["grants_added"] > 0


def test_every_problem_of_a_config_has_its_line(run: Run):
    write_rollout(ROLLOUT.replace("spoke-checks", "spoke-cheks").replace("profile: classic", "profile: clasic\nunheard: of"))
    answer = run("validate", "--format", "json")
    assert answer.code == 1
    assert "rollout.yaml:" in answer.json["error"]["where"]
    assert answer.err.count("rollout.yaml:") >= 2


def test_another_organization_is_refused(run: Run, sandbox: Sandbox):
    write_rollout(ROLLOUT.replace("o-estate0001", "o-another001"))
    answer = run("plan", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "another_organization")


def test_a_denied_call_and_missing_credentials_end_in_words(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    sandbox.faults.deny = ["organizations:*"]
    assert run("plan").code == 1
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    answer = run("plan")
    assert answer.code == 1
    assert "credentials" in answer.err


def test_a_spoiled_or_stale_plan_is_refused(run: Run, sandbox: Sandbox):
    run("plan", "--out", "plan.json")
    good = Path("plan.json").read_text(encoding="utf-8")
    Path("tampered.json").write_text(good.replace("spoke-checks", "spoke-check5"), encoding="utf-8")
    Path("truncated.json").write_text(good[: len(good) // 2], encoding="utf-8")
    Path("newer.json").write_text(json.dumps(json.loads(good) | {"format": 99}), encoding="utf-8")
    sandbox.set_state(QUARRY, "SUSPENDED")
    codes = [run("apply", name).code for name in ("tampered.json", "truncated.json", "newer.json", "plan.json", "absent.json")]
    assert codes == [3, 1, 1, 3, 1]
    assert sandbox.journal.writes() == ()


def test_a_foreign_stack_set_is_left_alone(run: Run, sandbox: Sandbox):
    sandbox.make_foreign_stack_set("estate-spoke-kms")
    assert run("plan").code == 3


def test_a_place_that_cannot_be_written_is_said_in_one_line(run: Run, snapshot: str):
    answer = run("plan", "--organization", snapshot, "--out", "no/such/folder/plan.json")
    assert answer.code in {0, 1}
    Path("file").write_text("", encoding="utf-8")
    answer = run("--log-file", "file/log.jsonl", "plan", "--organization", snapshot)
    assert answer.code == 1
    assert "file" in answer.err


@pytest.mark.parametrize("variable", ["ORCHESTRATOR_POLL_SECONDS", "ORCHESTRATOR_VERBOSE"])
def test_a_variable_that_says_nothing_sensible_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, variable: str):
    monkeypatch.setenv(variable, "maybe so")
    answer = run("groups", "--format=json")
    assert answer.code == 64
    assert variable in answer.json["error"]["message"]


def test_an_endpoint_that_is_none_ends_in_words(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "garbage")
    answer = run("plan")
    assert (answer.code, "AWS_ENDPOINT_URL" in answer.err) == (1, True), answer.err


def test_what_the_file_system_refuses_is_json_where_that_was_asked_for(run: Run, sandbox: Sandbox):
    Path("folder").mkdir()
    answers = [
        run("discover", "--out", "config/rollout.yaml/snapshot.yaml", "--format", "json"),
        run("--log-file", "folder", "groups", "--format", "json"),
    ]
    for answer in answers:
        assert answer.code == 1
        assert answer.json["error"]["kind"] == "file"
        assert answer.json["error"]["remedy"]


def test_a_command_line_without_sense_is_json_however_that_was_asked_for(run: Run):
    assert run("plan", "--format=json", "--bogus").json["error"]["kind"] == "usage"


def test_names_outside_rules_are_told_with_their_place(run: Run, snapshot: str):
    write_rollout(ROLLOUT.replace("scope: [/]", "scope: [/Estates]"))
    answer = run("plan", "--organization", snapshot, "--format", "json")
    assert answer.code == 1
    assert "rollout.yaml:4:" in answer.json["error"]["where"]
    assert "/Estate" in answer.json["error"]["remedy"]


def test_a_snapshot_of_another_organization_and_an_idle_flag_are_warnings(run: Run, snapshot: str):
    write_rollout(ROLLOUT.replace("o-estate0001", "o-another001"))
    plan = run("plan", "--organization", snapshot, "--allow-revokes", "spoke-kmss", "--format", "json").json
    assert [warning for warning in plan["warnings"] if "o-estate0001" in warning]
    assert [warning for warning in plan["warnings"] if "--allow-revokes spoke-kmss" in warning]


def test_a_plan_of_another_rollout_is_refused(run: Run, sandbox: Sandbox):
    run("plan", "--out", "plan.json")
    write_rollout(ROLLOUT.replace("prefix: estate", "prefix: other"))
    answer = run("apply", "plan.json", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "another_rollout")
    assert sandbox.journal.writes() == ()


def test_the_state_of_another_rollout_is_refused_by_all_that_would_believe_it(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes", "--until", "canary").code == 0
    before = len(sandbox.journal.writes())
    other = ROLLOUT.replace("prefix: estate", "prefix: other")
    write_rollout(other)
    for words in (("plan",), ("apply", "--yes"), ("cleanup", "--yes"), ("destroy", "--yes"), ("status",), ("verify",)):
        answer = run(*words, "--format", "json")
        assert (answer.code, answer.json["error"]["kind"], answer.json["error"]["where"]) == (3, "another_rollout", ".state"), words
        assert "belongs to rollout estate of organization o-estate0001 in us-east-1" in answer.json["error"]["message"]
    assert len(sandbox.journal.writes()) == before
    write_rollout(other.replace("state: .state", "state: .other"))
    assert run("plan").code == 0
    write_rollout()
    assert "resuming it" in run("apply", "--yes").err


def test_a_plan_that_is_written_out_with_violations_is_refused(run: Run, sandbox: Sandbox):
    sandbox.make_foreign_stack_set("estate-hub-kms-first-use")
    words = ("grant-temporarily", "hub-kms-first-use", "--account", HUB, "--for", "1d", "--because", "a case", "--out", "plan.json")
    answer = run(*words)
    assert (answer.code, "estate-hub-kms-first-use" in answer.out) == (3, True), answer.err
    assert run("apply", "plan.json").code == 3


@pytest.mark.parametrize("seconds", ["inf", "nan", "-1", "0", "1e300", "soon"])
def test_a_pause_that_is_none_is_usage(run: Run, monkeypatch: pytest.MonkeyPatch, seconds: str):
    monkeypatch.setenv("ORCHESTRATOR_POLL_SECONDS", seconds)
    answer = run("groups", "--format", "json")
    assert answer.code == 64
    assert "ORCHESTRATOR_POLL_SECONDS" in answer.json["error"]["message"]


@pytest.mark.parametrize("seconds", ["inf", "nan", "-1"])
def test_a_rehearsal_of_no_length_is_usage(run: Run, seconds: str):
    assert run("sandbox", "--seconds-per-instance", seconds).code == 64


def test_a_terminal_of_no_width_is_of_the_usual_one(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "9" * 5000)
    assert run("groups").code == 0


@pytest.mark.parametrize("length", ["1h30m", "1y", "", "0h"])
def test_a_length_that_is_none_is_usage(run: Run, sandbox: Sandbox, length: str):
    answer = run("grant-temporarily", "hub-kms-first-use", "--account", QUARRY, "--for", length, "--because", "a case")
    assert answer.code == 64, answer.err


@pytest.mark.parametrize(
    ("words", "idle"),
    [
        (("cleanup", "--out", "plan.json", "--watch", "--yes"), "--watch"),
        (("cleanup", "--every", "1m"), "--every"),
        (("cleanup", "--for", "1h"), "--for"),
        (("apply", "plan.json", "--allow-revokes", "all"), "--allow-revokes"),
        (("history", "20261124", "--temporary"), "RUN"),
        (("groups", "spoke-kms", "--diff", "classic", "scoped"), "NAME"),
    ],
)
def test_an_option_that_would_be_passed_over_is_usage(run: Run, sandbox: Sandbox, words: tuple[str, ...], idle: str):
    answer = run(*words, "--format", "json")
    assert (answer.code, answer.json["error"]["remedy"]) == (64, f"Leave out {idle}."), answer.err
    assert [path.name for path in Path().iterdir()] == ["config"]
    assert sandbox.journal.writes() == ()


@pytest.mark.parametrize("because", ["", " \t"])
def test_a_reason_that_says_nothing_is_usage(run: Run, sandbox: Sandbox, because: str):
    answer = run("grant-temporarily", "hub-kms-first-use", "--account", HUB, "--for", "1d", "--because", because)
    assert (answer.code, "--because" in answer.err) == (64, True)


def test_a_refused_run_lists_every_violation(run: Run, sandbox: Sandbox):
    for name in ("estate-spoke-kms", "estate-spoke-checks"):
        sandbox.make_foreign_stack_set(name)
    violations = run("plan", "--format", "json").json["violations"]
    assert {row["kind"] for row in violations} == {"foreign_stack_set"}
    assert len(violations) == 2
    answer = run("apply", "--yes", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"], answer.json["error"]["violations"]) == (3, "violations", violations)
    assert all(row["message"] in answer.err.replace("\n    ", " ") for row in violations)


def test_a_preview_as_json_is_the_plan_and_can_be_applied(run: Run, sandbox: Sandbox):
    refused = run("apply", "--format", "json")
    assert (refused.code, refused.json["error"]["kind"]) == (3, "confirmation")
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    for command in ("cleanup", "destroy"):
        shown = run(command, "--format", "json")
        assert (shown.code, shown.json["purpose"], "--yes" in shown.err) == (3, command, True), shown.err
        Path("plan.json").write_text(shown.out, encoding="utf-8")
        assert run("apply", "plan.json").code == 0


def test_a_preview_gives_nothing_up_that_was_begun(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes", "--until", "canary").code == 0
    assert run("cleanup").code == 0
    assert run("destroy").code == 3
    assert "resuming it" in run("apply", "--yes").err


def test_an_external_id_that_changed_since_the_plan_is_refused_before_anything_is_sent(run: Run, sandbox: Sandbox):
    run("plan", "--out", "plan.json")
    write_rollout(ROLLOUT.replace("tenant-words-nobody-may-read", "other-words-nobody-may-read"))
    assert run("apply", "plan.json").code == 3
    assert sandbox.journal.writes() == ()


def test_destruction_says_what_stays_alive_for_accounts_left_alone(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    write_rollout(ROLLOUT.replace(f'["{DIVESTED}"]', f'["{DIVESTED}", "{QUARRY}"]'))
    shown = run("destroy")
    assert shown.code == 3
    assert '"estate-spoke-kms" stays' in shown.out
    assert QUARRY in shown.out
