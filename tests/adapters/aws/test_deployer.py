"""What goes wrong in single accounts, in StackSets of other people, and between the answer and us."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from orchestrator.errors import AwsError
from orchestrator.model.operation import Create, CreateInstances, Delete, DeleteInstances, Update, UpdateInstances
from orchestrator.model.outcome import OperationStatus
from orchestrator.model.rollout import Access, CallAs, Pace
from orchestrator.model.state import Condition, Definition, Place
from orchestrator.sandbox import Failure
from tests.adapters.aws.world import MARK, SECRET, SPOKE, WINDOW, carry_out, definition, make_deployer, stack_step, step, wait_for
from tests.worlds.organizations import DEV, HUB, LOOSE, MANAGEMENT, PROD, SUSPENDED

POLICY = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Version": "2012-10-17", "Statement": []}}}
JSON_TEMPLATE = json.dumps({"Resources": {"Policy": POLICY}})
CREATE = step(Create, definition=definition())
STACK = stack_step(Create, definition=definition())


@pytest.fixture
def stack_set(deployer):
    carry_out(deployer, CREATE, "create")
    return SPOKE


@pytest.fixture
def cloudformation(sandbox, session):
    """A person at the same API."""
    client = boto3.client("cloudformation")
    yield client
    client.close()


def conditions(deployer):
    return {account: instance.condition for account, instance in deployer.observe()[Place(SPOKE)].instances.items()}


def failed(progress):
    return {failure.account: failure.reason for failure in progress.failures}


# single accounts


def test_failure_within_tolerance_is_told_with_reason_and_hint(sandbox, deployer, stack_set):
    sandbox.faults.failures = [Failure(account=DEV)]
    progress = carry_out(deployer, step(CreateInstances, accounts=(PROD, DEV, LOOSE)), "op-1")
    assert progress.status is OperationStatus.SUCCEEDED
    (failure,) = progress.failures
    assert (failure.account, failure.stack_set) == (DEV, SPOKE)
    assert "service control policy" in failure.reason
    assert failure.hint
    assert conditions(deployer) == {PROD: Condition.CURRENT, DEV: Condition.OUTDATED, LOOSE: Condition.CURRENT}
    assert "service control policy" in deployer.observe()[Place(SPOKE)].instances[DEV].reason


def test_failures_beyond_tolerance_leave_every_account_accounted_for(sandbox, session, clock, stack_set):
    careful = make_deployer(session, pace=Pace(max_concurrent_percent=34, failure_tolerance_percent=0), clock=clock)
    sandbox.faults.failures = [Failure(account=PROD)]
    progress = carry_out(careful, step(CreateInstances, accounts=(PROD, DEV, LOOSE)), "op-1")
    assert progress.status is OperationStatus.FAILED
    left_out = {account for account, condition in conditions(careful).items() if condition is not Condition.CURRENT}
    assert failed(progress).keys() == left_out
    assert PROD in left_out


@pytest.mark.parametrize("kind", [CreateInstances, UpdateInstances, DeleteInstances])
def test_suspended_account_fails_though_stack_sets_passes_over_it(sandbox, deployer, stack_set, kind):
    carry_out(deployer, step(CreateInstances, accounts=(PROD, DEV)), "op-1")
    sandbox.set_state(LOOSE if kind is CreateInstances else DEV, "SUSPENDED")
    accounts = (PROD, LOOSE) if kind is CreateInstances else (PROD, DEV)
    progress = carry_out(deployer, step(kind, accounts=accounts), "op-2")
    assert failed(progress).keys() == {accounts[1]}
    assert "suspended" in failed(progress)[accounts[1]]


def test_account_that_left_the_organization_fails(sandbox, deployer, stack_set):
    sandbox.remove_account(LOOSE)
    progress = carry_out(deployer, step(CreateInstances, accounts=(PROD, LOOSE)), "op-1")
    assert failed(progress).keys() == {LOOSE}


def test_failed_deletion_is_told_and_leaves_the_instance_inoperable(sandbox, deployer, stack_set):
    carry_out(deployer, step(CreateInstances, accounts=(PROD, DEV)), "op-1")
    sandbox.faults.failures = [Failure(account=DEV, action="DELETE")]
    progress = carry_out(deployer, step(DeleteInstances, accounts=(PROD, DEV)), "op-2")
    assert failed(progress).keys() == {DEV}
    assert conditions(deployer) == {DEV: Condition.INOPERABLE}


def test_deleting_what_is_gone_succeeds(deployer, stack_set):
    progress = carry_out(deployer, step(DeleteInstances, accounts=(PROD,)), "op-1")
    assert (progress.status, progress.failures) == (OperationStatus.SUCCEEDED, ())
    carry_out(deployer, step(Delete), "op-2")
    for operation in (step(Delete), step(DeleteInstances, accounts=(PROD,)), stack_step(Delete)):
        progress = carry_out(deployer, operation, f"again-{type(operation).__name__}")
        assert (progress.status, progress.failures) == (OperationStatus.SUCCEEDED, ())


def test_account_without_an_instance_does_not_keep_the_others_from_being_deleted(session, deployer, stack_set, monkeypatch):
    carry_out(deployer, step(CreateInstances, accounts=(PROD, LOOSE)), "op-1")
    client = session.client("cloudformation")
    send = client.delete_stack_instances

    def be_strict(**request):
        if DEV in request["DeploymentTargets"]["Accounts"]:
            raise ClientError({"Error": {"Code": "StackInstanceNotFoundException", "Message": DEV}}, "DeleteStackInstances")
        return send(**request)

    monkeypatch.setattr(client, "delete_stack_instances", be_strict)
    progress = carry_out(deployer, step(DeleteInstances, accounts=(PROD, DEV, LOOSE)), "op-2")
    assert (progress.status, progress.failures) == (OperationStatus.SUCCEEDED, ())
    assert deployer.observe()[Place(SPOKE)].instances == {}


def test_lists_that_lag_hide_no_failure(sandbox, deployer, stack_set):
    sandbox.faults.failures = [Failure(account=DEV)]
    sandbox.faults.list_lag_reads = 4
    progress = carry_out(deployer, step(CreateInstances, accounts=(PROD, DEV)), "op-1")
    assert failed(progress).keys() == {DEV}
    assert "service control policy" in failed(progress)[DEV]


def test_progress_counts_while_running(sandbox, deployer, stack_set):
    sandbox.faults.hold_accounts = [DEV]
    operation = step(CreateInstances, accounts=(PROD, DEV))
    deployer.submit(operation, "op-1")
    progress = deployer.progress(operation, "op-1")
    assert progress.status in (OperationStatus.QUEUED, OperationStatus.RUNNING)
    assert progress.total == 2
    sandbox.release()
    assert wait_for(deployer, operation, "op-1").status is OperationStatus.SUCCEEDED


def test_window_of_a_single_account_is_seen_only_when_asked_for(deployer, stack_set):
    carry_out(deployer, step(CreateInstances, accounts=(PROD,), window=WINDOW), "op-1")
    assert deployer.observe()[Place(SPOKE)].instances[PROD].window is None
    assert deployer.observe([SPOKE])[Place(SPOKE)].instances[PROD].window == WINDOW


# other people's


def test_foreign_stack_set_is_seen_as_such_and_never_taken_over(sandbox, deployer):
    sandbox.make_foreign_stack_set(SPOKE)
    sandbox.make_foreign_stack_set("unrelated")
    observed = deployer.observe()
    assert observed.keys() == {Place(SPOKE)}
    assert observed[Place(SPOKE)].is_foreign
    assert deployer.progress(CREATE, "op-1") is None
    with pytest.raises(AwsError, match="exists already"):
        deployer.submit(CREATE, "op-1")


def test_foreign_stack_is_seen_as_such_and_never_taken_over(deployer, cloudformation):
    cloudformation.create_stack(StackName=SPOKE, TemplateBody=JSON_TEMPLATE, Capabilities=["CAPABILITY_IAM"])
    observed = deployer.observe()[Place(SPOKE, is_stack=True)]
    assert observed.is_foreign
    assert observed.definition == Definition("")
    with pytest.raises(AwsError, match="not ours"):
        deployer.submit(STACK, "op-1")


def test_stack_set_of_ours_that_is_as_wanted_is_adopted(deployer, stack_set):
    assert carry_out(deployer, CREATE, "another-plan").status is OperationStatus.SUCCEEDED


def test_stack_set_of_ours_that_differs_is_not_adopted(deployer, stack_set):
    with pytest.raises(AwsError, match="differs from the plan"):
        deployer.submit(step(Create, definition=definition(2)), "another-plan")


def test_a_busy_stack_set_starts_nothing_until_it_is_free(sandbox, deployer, stack_set):
    """Somebody switched managed execution off, so that AWS refuses instead of queueing."""
    carry_out(deployer, step(CreateInstances, accounts=(PROD,)), "op-1")
    (found,) = [item for items in sandbox._world.stack_sets.values() for item in items]
    found.managed_execution = False
    sandbox.faults.hold = True
    first, second = (step(UpdateInstances, accounts=(PROD,)) for _ in range(2))
    assert deployer.submit(first, "op-2")
    assert not deployer.submit(second, "op-3")
    assert deployer.progress(second, "op-3") is None
    sandbox.release()
    wait_for(deployer, first, "op-2")
    assert carry_out(deployer, second, "op-3").status is OperationStatus.SUCCEEDED


# secrets


def test_external_id_is_sent_in_clear_and_comes_back_as_its_fingerprint(deployer, stack_set, cloudformation):
    sent = cloudformation.describe_stack_set(StackSetName=SPOKE)["StackSet"]["Parameters"]
    assert {"ParameterKey": "ExternalId", "ParameterValue": SECRET} in sent
    assert deployer.observe()[Place(SPOKE)].definition.parameters["ExternalId"] == MARK


def test_fingerprint_of_an_unknown_external_id_is_refused(session, clock):
    with pytest.raises(AwsError, match="external id") as error:
        make_deployer(session, secrets={}, clock=clock).submit(CREATE, "op-1")
    assert "plan again" in str(error.value.remedy).lower()


def test_external_id_is_told_to_nobody(sandbox, deployer, stack_set):
    sandbox.faults.failures = [Failure(account=PROD, reason=f"Value {SECRET} at 'externalId' is no good")]
    progress = carry_out(deployer, step(CreateInstances, accounts=(PROD,)), "op-1")
    assert SECRET not in repr(progress)
    assert MARK in repr(progress)
    assert SECRET not in repr(deployer.observe())


# plain stacks


@pytest.mark.parametrize("kind", [Create, Update])
def test_stack_that_never_came_up_is_made_anew(sandbox, deployer, kind):
    sandbox.faults.failures = [Failure(account=MANAGEMENT, times=1)]
    first = carry_out(deployer, STACK, "op-1")
    assert first.status is OperationStatus.FAILED
    assert "service control policy" in failed(first)[MANAGEMENT]
    assert deployer.observe()[Place(SPOKE, is_stack=True)].instances[MANAGEMENT].condition is Condition.OUTDATED
    again = stack_step(kind, definition=definition(2))
    assert carry_out(deployer, again, "op-2").status is OperationStatus.SUCCEEDED
    assert deployer.observe()[Place(SPOKE, is_stack=True)].definition == definition(2)


def test_failed_update_of_a_stack_leaves_the_former_definition(sandbox, deployer):
    carry_out(deployer, STACK, "op-1")
    sandbox.faults.failures = [Failure(account=MANAGEMENT, action="UPDATE", times=1)]
    update = stack_step(Update, definition=definition(2))
    assert carry_out(deployer, update, "op-2").status is OperationStatus.FAILED
    assert deployer.observe()[Place(SPOKE, is_stack=True)].definition == definition()
    assert carry_out(deployer, update, "op-3").status is OperationStatus.SUCCEEDED
    assert deployer.observe()[Place(SPOKE, is_stack=True)].definition == definition(2)


def test_failed_deletion_of_a_stack_is_told(sandbox, deployer):
    carry_out(deployer, STACK, "op-1")
    sandbox.faults.failures = [Failure(account=MANAGEMENT, action="DELETE", times=1)]
    progress = carry_out(deployer, stack_step(Delete), "op-2")
    assert failed(progress).keys() == {MANAGEMENT}
    assert deployer.observe()[Place(SPOKE, is_stack=True)].instances[MANAGEMENT].condition is Condition.INOPERABLE
    assert carry_out(deployer, stack_step(Delete), "op-3").status is OperationStatus.SUCCEEDED
    assert Place(SPOKE, is_stack=True) not in deployer.observe()


def test_stack_updated_to_what_it_is_has_succeeded(deployer):
    carry_out(deployer, STACK, "op-1")
    progress = carry_out(deployer, stack_step(Update, definition=definition()), "op-2")
    assert (progress.status, progress.failures) == (OperationStatus.SUCCEEDED, ())


def test_slow_stack_is_running_until_it_is_done(sandbox, deployer):
    sandbox.faults.hold = True
    deployer.submit(STACK, "op-1")
    assert deployer.progress(STACK, "op-1").status is OperationStatus.RUNNING
    sandbox.release()
    assert wait_for(deployer, STACK, "op-1").status is OperationStatus.SUCCEEDED


def test_another_process_finds_the_stack_done(session, deployer, clock):
    carry_out(deployer, STACK, "op-1")
    assert make_deployer(session, clock=clock).progress(STACK, "op-1").status is OperationStatus.SUCCEEDED


def test_delegated_administrator_without_a_way_into_the_management_account_sees_no_stacks(session_of, deployer, clock):
    carry_out(deployer, STACK, "op-1")
    delegated = make_deployer(session_of(HUB), call_as=CallAs.DELEGATED_ADMIN, clock=clock)
    assert Place(SPOKE, is_stack=True) not in delegated.observe()
    with pytest.raises(AwsError, match="management account") as error:
        delegated.submit(stack_step(Delete), "op-2")
    assert "access.management_role_arn" in str(error.value.remedy)


def test_role_that_refuses_us_is_no_reason_to_see_no_stacks(session_of, clock):
    access = Access(management_role_arn=f"arn:aws:iam::{MANAGEMENT}:role/NoSuchRole")
    with pytest.raises(AwsError, match="NoSuchRole"):
        make_deployer(session_of(HUB), call_as=CallAs.DELEGATED_ADMIN, access=access, clock=clock).observe()


# drift


def test_what_drift_detection_found_is_observed_by_resource_and_keeps_the_external_id(sandbox, deployer, stack_set):
    carry_out(deployer, step(CreateInstances, accounts=(PROD, DEV)), "op-1")
    assert deployer.detect_drift([SPOKE]) == ()
    sandbox.put_inline_policy(PROD, "Spoke", "by-hand")
    sandbox.delete_role(DEV, "Spoke")
    assert deployer.detect_drift([SPOKE, "cado-absent"]) == ()
    instances = deployer.observe()[Place(SPOKE)].instances
    found = {account: instance.alteration for account, instance in instances.items() if instance.alteration}
    assert found.keys() == {PROD, DEV}
    assert all("Role" in alteration.description for alteration in found.values())
    assert SECRET not in repr(found)


# a definition that is refused


def test_refused_definition_is_an_error_with_aws_words(deployer, stack_set):
    broken = step(Update, definition=definition(2, NoSuchParameter="1"))
    with pytest.raises(AwsError, match="NoSuchParameter"):
        deployer.submit(broken, "op-1")


def test_half_a_window_is_none(deployer, stack_set, cloudformation):
    carry_out(deployer, step(CreateInstances, accounts=(PROD,), window=WINDOW), "op-1")
    cloudformation.update_stack_instances(
        StackSetName=SPOKE,
        DeploymentTargets={"OrganizationalUnitIds": ["r-ab12"], "Accounts": [PROD], "AccountFilterType": "INTERSECTION"},
        Regions=["us-east-1"],
        ParameterOverrides=[{"ParameterKey": "NotAfter", "ParameterValue": "2030-01-01T00:00:00Z"}],
    )
    assert deployer.observe([SPOKE])[Place(SPOKE)].instances[PROD].window is None


def test_suspended_account_is_seen_like_any_other(sandbox, deployer, stack_set):
    sandbox.set_state(SUSPENDED, "ACTIVE")
    carry_out(deployer, step(CreateInstances, accounts=(SUSPENDED,)), "op-1")
    sandbox.set_state(SUSPENDED, "SUSPENDED")
    assert conditions(deployer) == {SUSPENDED: Condition.CURRENT}
