"""The lines of rollout.yaml that an audit proposes."""

from ruamel.yaml import YAML

from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import InsideRole, Origin, RoleSettings
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.adoption import rollout_lines
from orchestrator.probing.existing import AssessedRole, RoleDifference
from orchestrator.runs.adoption import Audit


def test_a_path_with_quotes_and_backslashes_stays_one_value_of_yaml():
    path = '/a"b\\c/'
    role = InsideRole("TestSpokeRole", RoleSettings(path, {}), origin=Origin())
    found = AssessedRole(AccountId("1" * 12), RoleKind.SPOKE, role, RoleDifference(), is_wanted=True, is_elsewhere=True)
    (line,) = YAML(typ="safe").load("\n".join(rollout_lines(Audit((found,), 1))))["roles"]["spoke"]["existing"]
    assert line["because"] == f"made by hand, under {path}"
