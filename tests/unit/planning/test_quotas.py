"""What a request cannot hold is refused with the number; what a quota may forbid is a warning with both numbers."""

from dataclasses import replace

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.operation import Create, DeleteInstances, Operation
from orchestrator.model.state import Instance, Place, Unit
from orchestrator.planning.quotas import INSTANCES, check_requests, quota_warnings
from tests.worlds.plans import NEW, POLICY, ROLE, grants, key
from tests.worlds.states import state

ONE, TWO = AccountId("000000000001"), AccountId("000000000002")


def test_a_template_that_no_request_holds_is_refused_with_its_size():
    large = Create(id=key(1), place=Place(POLICY), wave="canary", definition=replace(NEW, template="é" * 25_601))
    (violation,) = check_requests([large])
    assert violation.kind == "size"
    assert f'"{POLICY}": the template has 51,202 bytes, a request takes 51,200' in violation.message
    assert list(check_requests([replace(large, definition=replace(NEW, template="é" * 25_600))])) == []


def test_a_parameter_that_no_request_holds_is_refused_by_name_without_its_value():
    long = Create(id=key(1), place=Place(POLICY), wave="canary", definition=replace(NEW, parameters={"Path": "p" * 4_097}))
    (violation,) = check_requests([long])
    assert "parameter Path has 4,097 bytes, a request takes 4,096" in violation.message
    assert "pp" not in violation.message


def test_more_instances_than_a_stackset_may_have_by_default_are_named_with_the_number():
    held = state({ROLE: Unit(NEW, {AccountId(f"{number:012}"): Instance() for number in range(10, INSTANCES + 10)})})
    (warning,) = quota_warnings(held, [grants(1, ROLE, [ONE, TWO])])
    assert f'"{ROLE}" would have 100,002 stack instances, by default 100,000 are allowed' in warning
    leaving = DeleteInstances(id=key(1), place=Place(ROLE), wave="canary", accounts=(AccountId(f"{10:012}"), AccountId(f"{11:012}")))
    assert list(quota_warnings(held, [leaving, grants(2, ROLE, [ONE, TWO])])) == []


def test_more_stacksets_at_work_than_instances_are_allowed_at_once_are_a_warning():
    accounts = [AccountId(f"{number:012}") for number in range(1, 151)]  # of which AWS works on 100 at once
    everywhere: list[Operation] = [grants(number, StackSetName(f"cado-spoke-{number}"), accounts) for number in range(1, 102)]
    (warning,) = quota_warnings({}, everywhere)
    assert "10,100 stack instances at once, by default 10,000 are allowed" in warning
    assert list(quota_warnings({}, everywhere[:100])) == []
