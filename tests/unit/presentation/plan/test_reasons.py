"""The rules behind a row of permissions are told each once, whatever their names hold."""

from dataclasses import replace

from orchestrator.model.permission import PermissionChange, ScopeChange
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.plan.reasons import permission_reasons
from orchestrator.presentation.words import rules_in
from tests.unit.presentation.plans import PLAN

RULES = {"keys": "rollout.yaml:1:1", "images": "rollout.yaml:2:1", "images, old and new": "rollout.yaml:3:1"}


def reasons(*because):
    row = PermissionChange(1, RoleKind.SPOKE, ScopeChange.NEW, ("kms:Decrypt",), because=because)
    ((_, found),) = permission_reasons(replace(PLAN, permissions=(row,), rules=RULES))
    return found


def test_each_rule_is_named_once_though_several_share_a_grant():
    assert reasons("images, keys", "keys") == ("images", "keys")


def test_what_is_more_than_rules_stays_as_it_is():
    assert reasons("withheld: keys", "drifted; deleted") == ("withheld: keys", "drifted; deleted")


def test_what_happens_to_the_grants_of_several_rules_is_said_once():
    changed = "its definition or window changes"
    assert reasons(f"keys; {changed}", f"images; {changed}") == ("keys", "images", changed)
    assert reasons(f"keys; {changed}", "images; OUTDATED") == ("keys", changed, "images", "OUTDATED")


def test_a_name_with_a_comma_is_one_name():
    assert rules_in("images, old and new, keys", RULES) == ("images, old and new", "keys")
    assert rules_in("images, old", RULES) == ()
