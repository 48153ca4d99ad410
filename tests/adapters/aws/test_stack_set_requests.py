"""What each operation on a StackSet asks of AWS, to the letter, and what its refusals mean."""

import pytest

from orchestrator.adapters.aws.observation import StackSetReader
from orchestrator.adapters.aws.patience import Patience
from orchestrator.adapters.aws.stack_sets import StackSetWriter
from orchestrator.errors import AwsError
from orchestrator.model.operation import Create, CreateInstances, Delete, DeleteInstances, StopAutoDeployment, Update, UpdateInstances
from orchestrator.model.rollout import CallAs
from orchestrator.temporary.windows import window_parameters
from tests.adapters.aws.stubbed import PREFERENCES, StubbedCloudFormation, parameters, site, tags
from tests.adapters.aws.world import MARK, REGION, ROOT, SECRET, SPOKE, WINDOW, definition, step
from tests.worlds.clocks import RunningClock
from tests.worlds.organizations import DEV, PROD

WANTED = definition()
CLEAR = {**WANTED.parameters, "ExternalId": SECRET}
TARGETS = {"OrganizationalUnitIds": [ROOT], "Accounts": [PROD, DEV], "AccountFilterType": "INTERSECTION"}
DEFINED = {
    "StackSetName": SPOKE,
    "TemplateBody": WANTED.template,
    "Parameters": parameters(CLEAR),
    "Tags": tags(WANTED.tags),
    "Capabilities": ["CAPABILITY_NAMED_IAM"],
    "PermissionModel": "SERVICE_MANAGED",
    "CallAs": "DELEGATED_ADMIN",
}
CREATED = {**DEFINED, "AutoDeployment": {"Enabled": False}, "ManagedExecution": {"Active": True}, "ClientRequestToken": "op-1"}
UPDATED = {**DEFINED, "OperationPreferences": PREFERENCES, "OperationId": "op-1"}
ON_INSTANCES = {
    "StackSetName": SPOKE,
    "DeploymentTargets": TARGETS,
    "Regions": [REGION],
    "OperationPreferences": PREFERENCES,
    "OperationId": "op-1",
    "CallAs": "DELEGATED_ADMIN",
}
OVERRIDES = {"ParameterOverrides": parameters(window_parameters(WINDOW))}
STARTED = {"OperationId": "op-1"}
BOTH = (PROD, DEV)


@pytest.fixture
def aws():
    with StubbedCloudFormation() as stubbed:
        yield stubbed


def writer(aws, call_as=CallAs.DELEGATED_ADMIN, secrets=None):
    place = site(call_as)
    known = {MARK: SECRET} if secrets is None else secrets
    return StackSetWriter(StackSetReader(aws, place), place, Patience(RunningClock()), known)


@pytest.mark.parametrize(
    ("operation", "call", "request_", "answer"),
    [
        (step(Create, definition=WANTED), "create_stack_set", CREATED, {"StackSetId": "x"}),
        (step(Update, definition=WANTED), "update_stack_set", UPDATED, STARTED),
        (
            step(Update, definition=WANTED, accounts=BOTH),
            "update_stack_set",
            {**UPDATED, "DeploymentTargets": TARGETS, "Regions": [REGION]},
            STARTED,
        ),
        (step(CreateInstances, accounts=BOTH), "create_stack_instances", ON_INSTANCES, STARTED),
        (step(CreateInstances, accounts=BOTH, window=WINDOW), "create_stack_instances", {**ON_INSTANCES, **OVERRIDES}, STARTED),
        (step(UpdateInstances, accounts=BOTH), "update_stack_instances", ON_INSTANCES, STARTED),
        (step(UpdateInstances, accounts=BOTH, window=WINDOW), "update_stack_instances", {**ON_INSTANCES, **OVERRIDES}, STARTED),
        (step(DeleteInstances, accounts=BOTH), "delete_stack_instances", {**ON_INSTANCES, "RetainStacks": False}, STARTED),
        (step(Delete), "delete_stack_set", {"StackSetName": SPOKE, "CallAs": "DELEGATED_ADMIN"}, {}),
    ],
)
def test_operation_is_exactly_this_request(aws, operation, call, request_, answer):
    aws.script.add_response(call, answer, request_)
    assert writer(aws).submit(operation, "op-1")


def test_automatic_deployment_goes_off_with_everything_else_as_it_was(aws):
    described = {
        "TemplateBody": WANTED.template,
        "Parameters": parameters(CLEAR),
        "Tags": tags(WANTED.tags),
        "AutoDeployment": {"Enabled": True},
    }
    aws.script.add_response("describe_stack_set", {"StackSet": described}, {"StackSetName": SPOKE, "CallAs": "DELEGATED_ADMIN"})
    request = {
        "StackSetName": SPOKE,
        "UsePreviousTemplate": True,
        "Parameters": [{"ParameterKey": name, "UsePreviousValue": True} for name in CLEAR],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "AutoDeployment": {"Enabled": False},
        "OperationPreferences": PREFERENCES,
        "OperationId": "op-1",
        "CallAs": "DELEGATED_ADMIN",
    }
    aws.script.add_response("update_stack_set", STARTED, request)
    assert writer(aws).submit(step(StopAutoDeployment), "op-1")


def test_management_account_calls_as_itself(aws):
    aws.script.add_response("delete_stack_set", {}, {"StackSetName": SPOKE, "CallAs": "SELF"})
    assert writer(aws, CallAs.SELF).submit(step(Delete), "op-1")


@pytest.mark.parametrize("kind", [CreateInstances, UpdateInstances, DeleteInstances])
def test_no_accounts_is_nothing_to_do(aws, kind):
    assert not writer(aws).submit(step(kind, accounts=()), "op-1")


def test_id_that_was_accepted_earlier_counts_as_accepted(aws):
    aws.script.add_client_error("update_stack_instances", "OperationIdAlreadyExistsException")
    assert writer(aws).submit(step(UpdateInstances, accounts=BOTH), "op-1")


def test_busy_stack_set_is_asked_again_under_the_same_id(aws):
    aws.script.add_client_error("update_stack_instances", "OperationInProgressException", expected_params=ON_INSTANCES)
    aws.script.add_response("update_stack_instances", STARTED, ON_INSTANCES)
    assert writer(aws).submit(step(UpdateInstances, accounts=BOTH), "op-1")


@pytest.mark.parametrize(
    ("operation", "call", "code"),
    [
        (step(DeleteInstances, accounts=BOTH), "delete_stack_instances", "StackSetNotFoundException"),
        (step(Delete), "delete_stack_set", "StackSetNotFoundException"),
    ],
)
def test_deleting_what_is_gone_is_nothing_to_do(aws, operation, call, code):
    aws.script.add_client_error(call, code)
    assert not writer(aws).submit(operation, "op-1")


def test_deleting_instances_that_are_all_gone_is_nothing_to_do(aws):
    aws.script.add_client_error("delete_stack_instances", "StackInstanceNotFoundException")
    aws.script.add_response("list_stack_instances", {"Summaries": []})
    assert not writer(aws).submit(step(DeleteInstances, accounts=BOTH), "op-1")


@pytest.mark.parametrize("code", ["StackSetNotFoundException", "StackInstanceNotFoundException", "StaleRequestException"])
def test_updating_what_is_gone_is_an_error(aws, code):
    aws.script.add_client_error("update_stack_instances", code)
    with pytest.raises(AwsError, match="cado-spoke"):
        writer(aws).submit(step(UpdateInstances, accounts=BOTH), "op-1")


def describe(found):
    answer = {
        "TemplateBody": found.template,
        "Parameters": parameters({**found.parameters, "ExternalId": SECRET}),
        "Tags": tags(found.tags),
    }
    return {"StackSet": {"StackSetName": SPOKE, "Status": "ACTIVE", **answer}}


def test_stack_set_whose_creation_nobody_answered_is_adopted(aws):
    aws.script.add_client_error("create_stack_set", "NameAlreadyExistsException")
    aws.script.add_response("describe_stack_set", describe(WANTED), {"StackSetName": SPOKE, "CallAs": "DELEGATED_ADMIN"})
    assert writer(aws).submit(step(Create, definition=WANTED), "op-1")


@pytest.mark.parametrize(("owned", "words"), [(True, "differs from the plan"), (False, "not ours")])
def test_other_stack_set_of_the_name_is_refused(aws, owned, words):
    aws.script.add_client_error("create_stack_set", "NameAlreadyExistsException")
    answer = describe(definition(2))
    if not owned:
        answer["StackSet"]["Tags"] = []
    aws.script.add_response("describe_stack_set", answer)
    with pytest.raises(AwsError, match=words):
        writer(aws).submit(step(Create, definition=WANTED), "op-1")


def test_external_id_nobody_knows_is_an_error_before_any_call(aws):
    with pytest.raises(AwsError) as caught:
        writer(aws, secrets={}).submit(step(Create, definition=WANTED), "op-1")
    assert caught.value.remedy is not None
    assert "external_id" in caught.value.remedy
