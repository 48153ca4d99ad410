"""What was found inside an account alters the instances that answer for it."""

from dataclasses import replace
from datetime import UTC, datetime

from orchestrator.execution.probe_note import Found
from orchestrator.model.alteration import Alteration, Revision
from orchestrator.model.inside import Finding, FindingKind, Remedy
from orchestrator.model.state import Definition, Instance, Place, Unit
from orchestrator.runs.second_look import SecondLook, with_alterations
from tests.worlds.fakes import FakeDeployer
from tests.worlds.plans import MANAGEMENT, POLICY, ROLE, A, B
from tests.worlds.states import stack, state

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)
EARLIER = datetime(2026, 11, 1, tzinfo=UTC)
EVERYTHING = state(
    {name: Unit(Definition("Resources: {}"), {A: Instance(), B: Instance()}) for name in (ROLE, POLICY)},
    {POLICY: stack(Definition("Resources: {}"), account=MANAGEMENT)},
)


def finding(stack_set, remedy, *, account=A, kind=FindingKind.TAMPERED, also=()):
    return Finding(kind, account, stack_set, f"{stack_set} differs", remedy, also)


def altered(*findings, observed=EVERYTHING, deployer=None):
    look = SecondLook({row.account: Found(AT, tuple(one for one in findings if one.account == row.account)) for row in findings})
    after = with_alterations(observed, look, deployer or FakeDeployer({}), MANAGEMENT)
    return {
        (place, account): instance.alteration
        for place, unit in after.items()
        for account, instance in unit.instances.items()
        if instance.alteration
    }


def test_what_an_update_writes_again_and_what_has_to_be_made_anew_differ():
    assert altered(finding(POLICY, Remedy.UPDATE), finding(ROLE, Remedy.ANEW)) == {
        (Place(POLICY), A): Alteration(AT, rewritable=(f"{POLICY} differs",)),
        (Place(ROLE), A): Alteration(AT, lasting=(f"{ROLE} differs",)),
    }


def test_what_only_a_person_can_undo_alters_nothing():
    assert altered(finding(ROLE, Remedy.PERSON)) == {}


def test_in_the_management_account_the_stack_answers():
    assert set(altered(finding(POLICY, Remedy.UPDATE, account=MANAGEMENT))) == {(Place(POLICY, is_stack=True), MANAGEMENT)}


def test_a_role_that_is_gone_is_made_anew_with_its_policies_and_nothing_is_deleted_for_it():
    found = altered(finding(ROLE, Remedy.ANEW, kind=FindingKind.MISSING, also=(POLICY,)))
    assert {place for place, _ in found} == {Place(ROLE), Place(POLICY)}
    assert all(alteration.is_gone for alteration in found.values())


def test_what_drift_detection_found_stays_beside_it_and_the_last_repair_is_asked_for():
    drifted = Alteration(EARLIER, rewritable=("drift",), last=Revision("a", EARLIER))
    unit = EVERYTHING[Place(POLICY)]
    known = {**EVERYTHING, Place(POLICY): replace(unit, instances={**unit.instances, A: Instance(alteration=drifted)})}
    found = altered(finding(POLICY, Remedy.UPDATE), observed=known)[Place(POLICY), A]
    assert (found.found_at, found.rewritable, found.revision.letter) == (AT, ("drift", f"{POLICY} differs"), "")
