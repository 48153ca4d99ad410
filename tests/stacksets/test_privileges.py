"""The known ways to privilege, held against everything each role of each profile can be granted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestrator.adapters.files.catalog.file import default_catalog_folder, load_catalog, profiles
from orchestrator.adapters.files.catalog.privileges import load_privileges
from orchestrator.errors import ConfigurationError
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Definition
from orchestrator.permissions.allowances import allowances, union
from orchestrator.planning.review import touched
from orchestrator.templates import group_set_template

NOW = datetime(2026, 11, 27, tzinfo=UTC)
OPEN = {"NotBefore": "2026-11-26T00:00:00Z", "NotAfter": "2026-12-26T00:00:00Z"}
FOLDER = default_catalog_folder()
PRIVILEGES = load_privileges(FOLDER)


def touched_anywhere():
    for profile in profiles(FOLDER):
        catalog = load_catalog(FOLDER, profile)
        for role in RoleKind:
            sets = [group_set_template(catalog, group_set.name) for group_set in catalog.sets_of(role)]
            granted = union(allowances(Definition(template), OPEN, NOW) for template in sets)
            yield from ((profile, role, way) for way in touched(role, granted, PRIVILEGES))


TOUCHED = tuple(touched_anywhere())


def test_every_way_a_role_touches_is_judged():
    assert [(profile, role, found.way.id) for profile, role, found in TOUCHED if found.bound is None] == []


def test_no_judgement_outlives_its_cause():
    judged = {(bound.way, role) for bound in PRIVILEGES.bounds for role in bound.roles}
    assert judged - {(found.way.id, role) for _, role, found in TOUCHED} == set()


def test_a_bound_of_an_unknown_way_is_refused(tmp_path: Path):
    text = (FOLDER / "privileges.yaml").read_text(encoding="utf-8").replace("way: ssm-002", "way: ssm-999")
    (tmp_path / "privileges.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="ssm-999"):
        load_privileges(tmp_path)
