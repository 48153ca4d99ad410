"""What does not fit is refused before AWS refuses it, with numbers."""

from dataclasses import replace

import pytest

from orchestrator.model.plan import Plan
from orchestrator.model.roles import RoleKind
from orchestrator.planning.make_plan import make_plan
from tests.worlds.situations import world


def planned(path_length: int, external_id: str | None) -> Plan:
    """A plan in which two hub roles with paths of this length are trusted."""
    known = world(1)
    path = "/" + "p" * (path_length - 2) + "/"
    roles = {kind: replace(role, path=path if kind.is_hub else "/") for kind, role in known.rollout.roles.items()}
    roles[RoleKind.SPOKE] = replace(roles[RoleKind.SPOKE], external_id=external_id)
    return make_plan(replace(known, rollout=replace(known.rollout, roles=roles)).basis())


def test_a_trust_policy_is_measured_with_the_external_id_itself_and_refused_with_the_number():
    (violation,) = planned(500, "e" * 1224).violations
    assert violation.kind == "size"
    assert "the trust policy of the spoke role would have 2,592 characters, the limit is 2,048" in violation.message
    assert "e" * 10 not in violation.message


@pytest.mark.parametrize(("path_length", "external_id"), [(500, None), (2, "e" * 1224)])
def test_long_paths_or_a_long_external_id_alone_fit(path_length, external_id):
    assert planned(path_length, external_id).violations == ()
