"""What each operation on a plain stack asks of AWS, to the letter, and what its refusals mean."""

from datetime import UTC, datetime

import pytest

from orchestrator.adapters.aws.patience import Patience, StillBusyError
from orchestrator.adapters.aws.stack_changes import StackWriter
from orchestrator.adapters.aws.stacks import StackReader
from orchestrator.errors import AwsError
from orchestrator.model.operation import Create, Delete, Update
from orchestrator.temporary.windows import window_parameters
from tests.adapters.aws.stubbed import StubbedCloudFormation, parameters, site, tags
from tests.adapters.aws.world import MARK, SECRET, SPOKE, WINDOW, definition, stack_step
from tests.worlds.clocks import RunningClock
from tests.worlds.organizations import MANAGEMENT

WANTED = definition()
CLEAR = {**WANTED.parameters, "ExternalId": SECRET}
OPENED = {**CLEAR, **window_parameters(WINDOW)}
NAMED = {"StackName": SPOKE}
COMMON = {
    **NAMED,
    "TemplateBody": WANTED.template,
    "Tags": tags(WANTED.tags),
    "Capabilities": ["CAPABILITY_NAMED_IAM"],
    "ClientRequestToken": "op-1",
}
KEPT = [
    *parameters({name: CLEAR[name] for name in ("RoleName", "ExternalId")}),
    {"ParameterKey": "NotAfter", "UsePreviousValue": True},
    {"ParameterKey": "NotBefore", "UsePreviousValue": True},
]
CREATE = stack_step(Create, definition=WANTED, window=WINDOW)
UPDATE = stack_step(Update, definition=WANTED)
DELETE = stack_step(Delete)


@pytest.fixture
def aws():
    with StubbedCloudFormation() as stubbed:
        yield stubbed


def writer(aws):
    return StackWriter(StackReader(aws, site(), MANAGEMENT), site(), Patience(RunningClock()), {MARK: SECRET})


def there(aws, status="CREATE_COMPLETE", values=None, owned=WANTED.tags):
    row = {
        **NAMED,
        "CreationTime": datetime(2026, 11, 24, tzinfo=UTC),
        "StackStatus": status,
        "Parameters": parameters(OPENED if values is None else values),
        "Tags": tags(owned),
    }
    aws.script.add_response("describe_stacks", {"Stacks": [row]}, NAMED)


def absent(aws):
    aws.script.add_client_error("describe_stacks", "ValidationError", f"Stack with id {SPOKE} does not exist")


def expect_creation(aws, values=None):
    request = {**COMMON, "Parameters": parameters(OPENED if values is None else values), "OnFailure": "ROLLBACK"}
    aws.script.add_response("create_stack", {"StackId": "x"}, request)


def test_creation(aws):
    absent(aws)
    expect_creation(aws)
    assert writer(aws).submit(CREATE, "op-1")


def test_update_without_window_keeps_the_window_there_is(aws):
    there(aws)
    aws.script.add_response("update_stack", {"StackId": "x"}, {**COMMON, "Parameters": KEPT})
    assert writer(aws).submit(UPDATE, "op-1")


def test_update_of_a_stack_that_had_no_window_sends_the_closed_one(aws):
    there(aws, values={"RoleName": "Spoke"})
    aws.script.add_response("update_stack", {"StackId": "x"}, {**COMMON, "Parameters": parameters(CLEAR)})
    assert writer(aws).submit(UPDATE, "op-1")


def test_update_with_window_moves_it(aws):
    there(aws, values=CLEAR)
    aws.script.add_response("update_stack", {"StackId": "x"}, {**COMMON, "Parameters": parameters(OPENED)})
    assert writer(aws).submit(stack_step(Update, definition=WANTED, window=WINDOW), "op-1")


def test_deletion(aws):
    there(aws)
    aws.script.add_response("delete_stack", {}, {**NAMED, "ClientRequestToken": "op-1"})
    assert writer(aws).submit(DELETE, "op-1")


def test_deleting_what_is_gone_is_nothing_to_do(aws):
    absent(aws)
    assert not writer(aws).submit(DELETE, "op-1")


def test_update_that_changes_nothing_is_nothing_to_do(aws):
    there(aws)
    aws.script.add_client_error("update_stack", "ValidationError", "No updates are to be performed.")
    assert not writer(aws).submit(UPDATE, "op-1")


@pytest.mark.parametrize("operation", [CREATE, UPDATE], ids=["create", "update"])
@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"])
def test_stack_that_was_never_made_is_deleted_and_made_again_with_its_window(aws, operation, status):
    there(aws, status)
    aws.script.add_response("delete_stack", {}, {**NAMED, "ClientRequestToken": "op-1-clear"})
    for _ in range(2):
        there(aws, "DELETE_IN_PROGRESS")
    absent(aws)
    expect_creation(aws)
    changing = writer(aws)
    for _ in range(2):
        with pytest.raises(StillBusyError):
            changing.submit(operation, "op-1")
    assert changing.submit(operation, "op-1")


@pytest.mark.parametrize("operation", [CREATE, UPDATE], ids=["create", "update"])
def test_stack_that_can_be_neither_made_nor_deleted_is_an_error(aws, operation):
    there(aws, "DELETE_FAILED")
    with pytest.raises(AwsError, match="cannot be deleted"):
        writer(aws).submit(operation, "op-1")


def test_stack_whose_creation_nobody_answered_is_adopted(aws):
    absent(aws)
    aws.script.add_client_error("create_stack", "AlreadyExistsException")
    there(aws, "CREATE_IN_PROGRESS")
    aws.script.add_response("get_template", {"TemplateBody": WANTED.template})
    assert writer(aws).submit(CREATE, "op-1")


def test_token_that_was_accepted_earlier_counts_as_accepted(aws):
    there(aws)
    aws.script.add_client_error("update_stack", "TokenAlreadyExistsException")
    assert writer(aws).submit(UPDATE, "op-1")


@pytest.mark.parametrize("operation", [CREATE, UPDATE, DELETE], ids=["create", "update", "delete"])
def test_stack_without_our_tags_is_never_touched(aws, operation):
    there(aws, owned={"managed-by": "somebody"})
    with pytest.raises(AwsError, match="not ours"):
        writer(aws).submit(operation, "op-1")


def test_stack_being_changed_is_asked_again(aws):
    there(aws, "UPDATE_IN_PROGRESS")
    aws.script.add_client_error("update_stack", "ValidationError", "Stack:x is in UPDATE_IN_PROGRESS state and can not be updated.")
    there(aws)
    aws.script.add_response("update_stack", {"StackId": "x"}, {**COMMON, "Parameters": KEPT})
    assert writer(aws).submit(UPDATE, "op-1")
