"""A plan file and the state are evidence: whatever they say, nothing is changed that the rules do not want changed now."""

import json
from dataclasses import replace

import pytest

from orchestrator.errors import RefusedError
from orchestrator.execution.journal import Journal
from orchestrator.execution.layout import CURRENT, plan_key
from orchestrator.execution.records import RunStarted, Submitting
from orchestrator.model.identifiers import AccountId, OperationKey, RunId, StackSetName
from orchestrator.model.operation import Create, CreateInstances, Delete, DeleteInstances, Update
from orchestrator.model.plan import Purpose
from orchestrator.model.state import Definition, Instance, Place, Unit
from orchestrator.runs import Conduct, Intent, fulfil, verify
from orchestrator.runs import plan as make_plan
from tests.faults.stage import CANARIES, CHECKS_SET, EC2_SET, MANAGEMENT, REST, ROLE_SET, SPARE
from tests.worlds.rollouts import rule

LEGAL_HOLD = rule("legal hold", {"ou": "/Workloads"}, exclude=True, because="counsel asked")
EXCLUDED, PROTECTED = AccountId(REST[0]), AccountId(REST[1])
NETWORK = Place(StackSetName("network-baseline"))
ADMIN = Definition(json.dumps({"Resources": {"Admin": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "Admin"}}}}))


def refused(stage, plan, *words):
    """Nothing was sent, and the refusal says each of the words."""
    before = stage.sent()
    with pytest.raises(RefusedError) as caught:
        stage.apply(plan)
    assert stage.sent() == before
    assert (caught.value.exit_code, caught.value.refusal) == (3, "stale_plan")
    for word in words:
        assert word in caught.value.message
    return caught.value


def forge(stage, plan, *operations, observed=None, **fields):
    """The plan with these operations before its own, digested anew."""
    observed = {**plan.observed, **(observed or {})}
    return stage.tools().codec.seal(replace(plan, operations=(*operations, *plan.operations), observed=observed, violations=(), **fields))


def columns(number, place, accounts=(), **fields):
    return {"id": OperationKey(f"op-9{number:02}"), "place": place, "wave": "canary", "accounts": tuple(map(AccountId, accounts)), **fields}


# ---------------------------------------------------------------- the rules changed


def test_accounts_that_were_excluded_after_the_plan_are_not_touched(stage):
    plan = stage.plan()
    rules, stage.rules = stage.rules, (*stage.rules, LEGAL_HOLD)
    error = refused(stage, plan, "legal hold", "counsel asked", "rollout.yaml:", CANARIES[0])
    assert len([line for line in error.message.splitlines() if line.startswith("  op-")]) == 10
    assert " more" in error.message.splitlines()[-1]
    assert "orchestrator plan" in (error.remedy or "")
    stage.rules = rules
    assert stage.apply(plan).is_converged


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"rules": ()}, "hub-checks"),
        ({"grants": ("spoke-checks",)}, '"spoke-ec2"'),
        ({"rules": (rule("pci", {"account": [REST[0]]}, withhold=["spoke-ec2"], because="scope"),)}, "withheld: pci: scope"),
        ({"spoke": {"max_session": 3600}}, "parameters (MaxSession)"),
        ({"spoke": {"tags": {"team": "forensics"}}}, "tags (team)"),
        ({"tolerance": 50}, "tolerance"),
    ],
    ids=["rule gone", "group set gone", "withheld", "session", "tags", "tolerance"],
)
def test_whatever_changed_in_rollout_yaml_is_named(stage, change, word):
    plan = stage.plan()
    for name, value in change.items():
        setattr(stage, name, value)
    refused(stage, plan, word)


def test_a_lower_limit_holds_for_a_plan_made_before(stage):
    stage.converge()
    stage.grants = ("spoke-checks",)
    stage.safety = {"max_revoked_percent": 100}
    plan = stage.plan()
    assert plan.violations == ()
    stage.safety = {}
    refused(stage, plan, "9 of 19", "limit 20 %")
    stage.safety = {"max_revoked_percent": 100}
    assert stage.apply(plan).is_converged


def test_more_rules_than_the_plan_knows_make_it_no_less_applicable(stage):
    """The file wants less than the rules: what both agree on is carried out."""
    plan = stage.plan()
    stage.rules = (*stage.rules, rule("the spare one", {"account": [SPARE]}, grant=["spoke-checks"]))
    assert stage.apply(plan).is_converged
    assert not verify(stage.tools()).is_converged
    assert stage.converge()[1].is_converged


def test_an_unfinished_plan_is_refused_once_the_rules_changed_and_the_state_stays_usable(stage):
    plan = stage.plan()
    stage.apply(plan, until="canary")
    stage.rules = (*stage.rules, rule("legal hold", {"account": [EXCLUDED]}, exclude=True))
    refused(stage, plan, "legal hold", EXCLUDED)
    outcome = fulfil(stage.tools(), Intent(), Conduct(RunId("next"), "operator"))
    assert outcome.is_converged
    assert outcome.plan != plan.digest
    assert EXCLUDED not in {account for unit in stage.plan().observed.values() for account in unit.instances}
    assert stage.plan().operations == ()


def test_limits_are_those_of_the_whole_plan_however_often_it_is_resumed(stage):
    """Up to ten grants there is no limit; that the plan itself makes more of them on its way changes nothing."""
    stage.grants = ("spoke-checks",)
    stage.converge()
    stage.grants = ("spoke-ec2", "spoke-kms")
    plan = stage.plan()
    assert (plan.violations, plan.summary.grants_revoked) == ((), 9)
    stage.apply(plan, until="canary")
    assert stage.apply(plan).is_converged


# ---------------------------------------------------------------- the file was forged


@pytest.fixture
def guarded(stage):
    """One account is excluded, another protected."""
    stage.rules = (*stage.rules, rule("divested", {"account": [EXCLUDED]}, exclude=True, because="sold"))
    stage.safety = {"protected_accounts": [PROTECTED]}
    return stage


def test_an_admin_role_reaches_no_account(guarded):
    plan = guarded.plan()
    admin = Create(**columns(1, Place(StackSetName("cado-admin"))), definition=ADMIN)
    everywhere = CreateInstances(**columns(2, Place(StackSetName("cado-admin")), [EXCLUDED, PROTECTED, SPARE]))
    refused(guarded, forge(guarded, plan, admin, everywhere), "StackSet cado-admin", "nothing of ours has this name")
    swapped = tuple(replace(step, definition=ADMIN) if isinstance(step, Create) else step for step in plan.operations)
    refused(guarded, forge(guarded, replace(plan, operations=swapped)), "template")


@pytest.mark.parametrize(
    ("account", "word"), [(EXCLUDED, "divested: sold"), (PROTECTED, "protected account"), (SPARE, '"spoke-checks"'), ("9" * 12, "not in")]
)
def test_a_grant_reaches_only_accounts_that_the_rules_grant_it(guarded, account, word):
    more = CreateInstances(**columns(1, Place(StackSetName(CHECKS_SET)), [account]))
    refused(guarded, forge(guarded, guarded.plan(), more), account, word)
    guarded.converge()
    for kind in (CreateInstances, DeleteInstances):
        refused(guarded, forge(guarded, guarded.plan(), kind(**columns(1, Place(StackSetName(CHECKS_SET)), [account]))), account)


@pytest.mark.parametrize("is_claimed", [False, True])
@pytest.mark.parametrize(
    "operation",
    [
        Update(**columns(1, NETWORK), definition=ADMIN),
        Update(**columns(1, NETWORK, [SPARE]), definition=ADMIN),
        CreateInstances(**columns(1, NETWORK, [SPARE])),
        DeleteInstances(**columns(1, NETWORK, [SPARE])),
        Delete(**columns(1, NETWORK)),
    ],
    ids=lambda operation: operation.kind + (" of all" if not operation.accounts else ""),
)
def test_another_teams_stack_set_is_neither_changed_nor_deleted(stage, operation, is_claimed):
    """Whether or not the file says that it was seen as ours."""
    stage.sandbox.make_foreign_stack_set(NETWORK.name)
    ours = {NETWORK: Unit(Definition("{}"), {AccountId(SPARE): Instance()})} if is_claimed else {}
    refused(stage, forge(stage, stage.plan(), operation, observed=ours), NETWORK.name)


def test_a_stack_set_of_our_name_without_our_tags_is_not_touched(stage):
    """The plan saw it as it is, and its violation was taken out."""
    stage.sandbox.make_foreign_stack_set(EC2_SET)
    plan, place = stage.plan(), Place(StackSetName(EC2_SET))
    for operation in (
        Update(**columns(1, place), definition=ADMIN),
        DeleteInstances(**columns(1, place, [SPARE])),
        Delete(**columns(1, place)),
    ):
        refused(stage, forge(stage, replace(plan, operations=()), operation), "its tags are missing")


def test_no_stack_is_made_in_the_management_account(stage):
    stack = Place(StackSetName(CHECKS_SET), is_stack=True)
    for place, accounts in ((stack, [MANAGEMENT]), (stack, [REST[0]]), (Place(StackSetName("cado-admin"), is_stack=True), [MANAGEMENT])):
        refused(stage, forge(stage, stage.plan(), Create(**columns(1, place, accounts), definition=ADMIN)), place.name)


def test_a_revocation_of_everything_keeps_to_the_limits_whatever_its_violations_say(stage):
    stage.converge()
    stage.grants = ("spoke-checks",)
    plan = make_plan(stage.tools(), Intent(Purpose.ROLLOUT))
    stage.grants = ("spoke-checks", "spoke-ec2")
    everything = [
        DeleteInstances(**columns(number, Place(StackSetName(name)), (*CANARIES, *REST)))
        for number, name in enumerate((CHECKS_SET, ROLE_SET))
    ]
    refused(stage, forge(stage, replace(plan, operations=()), *everything), "granted by workloads")
    assert plan.violations
    stage.grants = ("spoke-checks",)
    refused(stage, forge(stage, plan), "limit 20 %")


# ---------------------------------------------------------------- the state was forged


def in_state(stage, plan):
    """As an earlier run would have left it unfinished."""
    stage.state.mkdir(exist_ok=True)
    store = stage.tools().store
    store.put(plan_key(plan.digest), stage.tools().codec.encode(plan))
    store.put(CURRENT, plan.digest.encode())


def test_a_plan_in_the_state_has_no_more_authority_than_a_file(guarded):
    forged = forge(guarded, guarded.plan(), CreateInstances(**columns(1, Place(StackSetName(CHECKS_SET)), [EXCLUDED])))
    in_state(guarded, forged)
    refused(guarded, forged, "divested: sold")
    outcome = fulfil(guarded.tools(), Intent(), Conduct(RunId("next"), "operator"))
    assert outcome.is_converged
    assert EXCLUDED not in {account for unit in guarded.plan().observed.values() for account in unit.instances}


@pytest.mark.parametrize("is_resumed", [True, False])
def test_a_journal_that_says_it_was_sent_sends_nothing(guarded, is_resumed):
    """An operation in flight of which AWS has never heard is sent again: not this one."""
    more = CreateInstances(**columns(1, Place(StackSetName(CHECKS_SET)), [EXCLUDED]))
    forged = forge(guarded, guarded.plan(), more)
    in_state(guarded, forged)
    journal, now = Journal(guarded.tools().store, forged.digest), guarded.tools().clock.now()
    journal.write(RunStarted(at=now, run=RunId("x"), purpose=Purpose.ROLLOUT, caller="x", host="x", operations=1))
    name, accounts = more.place.name, more.accounts
    journal.write(Submitting(at=now, operation=more.id, attempt=1, operation_id="0f3a", kind=more.kind, stack_set=name, accounts=accounts))
    if is_resumed:
        refused(guarded, forged, "divested: sold")
    assert fulfil(guarded.tools(), Intent(), Conduct(RunId("next"), "operator")).is_converged
    assert EXCLUDED not in {account for unit in guarded.plan().observed.values() for account in unit.instances}
