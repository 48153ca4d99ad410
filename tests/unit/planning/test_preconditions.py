"""What StackSets need of the whole organization is a violation of any plan that changes one, and of no other."""

from dataclasses import replace

import pytest

from orchestrator.model.evidence import Unknown
from orchestrator.model.organization import TrustedAccess
from orchestrator.planning.make_plan import make_plan
from tests.worlds.situations import MANAGEMENT, deployed, grants, world

OFF = TrustedAccess.DISABLED


def plan(known, access, *, has_all_features=True):
    organization = replace(known.organization, has_all_features=has_all_features)
    return make_plan(replace(known.basis(), organization=organization, trusted_access=access))


def kinds(made):
    return [violation.kind for violation in made.violations]


@pytest.mark.parametrize("access", [None, TrustedAccess.ENABLED, Unknown("denied")])
def test_access_that_is_not_known_to_be_off_refuses_nothing(access):
    made = plan(world(3), access)
    assert kinds(made) == []
    assert any("denied" in warning for warning in made.warnings) is isinstance(access, Unknown)


def test_a_plan_of_plain_stacks_alone_needs_no_trusted_access():
    made = plan(world(3, grants("management", [MANAGEMENT])), OFF, has_all_features=False)
    assert made.operations
    assert kinds(made) == []


def test_access_that_is_off_is_a_warning_where_there_is_nothing_to_do():
    made = plan(deployed(3), OFF)
    assert made.operations == ()
    assert kinds(made) == []
    assert any("activate-organizations-access" in warning for warning in made.warnings)


def test_missing_features_say_so_alone_for_access_comes_with_them():
    assert kinds(plan(world(3), OFF, has_all_features=False)) == ["all_features"]
