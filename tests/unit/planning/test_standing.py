from datetime import UTC, datetime

from orchestrator.model.alteration import Alteration
from orchestrator.model.assignment import Assignment, Selection, Withheld
from orchestrator.model.identifiers import AccountId, GroupSetName, OrganizationId, OuId, StackSetName
from orchestrator.model.organization import Organization
from orchestrator.model.state import Condition, Definition, Instance, Unit
from orchestrator.planning.standing import account_statuses
from tests.worlds.states import state

ROLE, POLICY = StackSetName("cado-role-spoke"), StackSetName("cado-spoke-kms")
ONE, TWO = AccountId("111111111111"), AccountId("222222222222")
ORGANIZATION = Organization(OrganizationId("o-exampleorgid"), AccountId("123456789012"), OuId("r-ab12"), (), {}, (), ())
DEFINITION = Definition("Resources: {}\n")


def sets(role, policy):
    return state({ROLE: Unit(DEFINITION, role), POLICY: Unit(DEFINITION, policy)})


def test_an_account_that_holds_a_role_alone_is_listed_with_it():
    observed, desired = sets({ONE: Instance(), TWO: Instance()}, {ONE: Instance()}), sets({ONE: Instance()}, {ONE: Instance()})
    first, second = account_statuses(desired, observed, ORGANIZATION, Selection({}), "cado")
    assert (first.id, first.granted, first.is_as_wanted) == (ONE, ("spoke-kms",), True)
    assert (second.id, second.granted, second.unexpected) == (TWO, (), ("role-spoke",))


def test_a_role_that_is_left_over_and_failed_is_both():
    stuck = Instance(Condition.INOPERABLE, reason="INOPERABLE: delete first")
    (only,) = account_statuses(sets({}, {}), sets({ONE: stuck}, {}), ORGANIZATION, Selection({}), "cado")
    assert (only.unexpected, only.failed, only.reasons) == (("role-spoke",), ("role-spoke",), {"role-spoke": stuck.reason})


def test_every_account_that_may_be_changed_is_listed_with_what_is_withheld_from_it():
    held = Withheld(GroupSetName("spoke-triage"), "PCI scope")
    selection = Selection({ONE: Assignment(ONE, withheld=(held,)), TWO: Assignment(TWO, excluded="sold")})
    (only,) = account_statuses(sets({}, {}), sets({}, {}), ORGANIZATION, selection, "cado")
    assert (only.id, only.withheld, only.is_as_wanted, only.holds_nothing) == (ONE, ("spoke-triage",), True, True)


def test_what_was_altered_is_not_as_the_rules_want_it():
    altered = Instance(alteration=Alteration(datetime(2026, 1, 31, tzinfo=UTC), lasting=("its policy is gone",)))
    observed, desired = sets({ONE: altered}, {ONE: altered}), sets({ONE: Instance()}, {ONE: Instance()})
    (only,) = account_statuses(desired, observed, ORGANIZATION, Selection({}), "cado")
    assert (only.granted, only.altered, only.is_as_wanted) == (("spoke-kms",), ("role-spoke", "spoke-kms"), False)
    assert only.reasons == {"role-spoke": "its policy is gone", "spoke-kms": "its policy is gone"}
