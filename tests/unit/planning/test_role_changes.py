"""Which roles hold the policies, where those roles are not ours to deploy."""

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Definition, Instance, Place, Unit
from orchestrator.planning.role_changes import attachments_changed
from tests.worlds.states import state

ONE, TWO = AccountId("111111111111"), AccountId("222222222222")
CHECKS, KEYS, ROLE = StackSetName("cado-spoke-checks"), StackSetName("cado-spoke-kms"), StackSetName("cado-role-spoke")
GROUP_SETS = {Place(CHECKS): RoleKind.SPOKE, Place(KEYS): RoleKind.SPOKE}


def held(name, *accounts):
    return Unit(Definition("Resources: {}\n", {"RoleName": name}), dict.fromkeys(accounts, Instance()))


def changes(before, after):
    rows = attachments_changed(state(before), state(after), [ONE, TWO], GROUP_SETS, "cado")
    return [(row.accounts, row.before, row.after, row.widens) for row in rows]


def test_policies_that_come_to_a_role_of_others_name_it():
    assert changes({}, {CHECKS: held("Theirs", ONE, TWO), KEYS: held("Theirs", ONE)}) == [(2, "none", "Theirs", False)]


def test_policies_that_go_to_another_role_of_others_may_let_others_in():
    assert changes({CHECKS: held("Theirs", ONE)}, {CHECKS: held("Another", ONE)}) == [(1, "Theirs", "Another", True)]


def test_another_policy_on_the_same_role_is_no_change_of_roles():
    assert changes({CHECKS: held("Theirs", ONE)}, {CHECKS: held("Theirs", ONE), KEYS: held("Theirs", ONE)}) == []


def test_a_role_that_is_ours_to_deploy_says_everything_itself():
    assert changes({ROLE: held("Ours", ONE), CHECKS: held("Ours", ONE)}, {}) == []
