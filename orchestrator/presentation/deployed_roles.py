"""A role as this rollout deploys it, in words and as JSON: who may assume it, for how long, within which bounds."""

from collections.abc import Iterable, Mapping

from orchestrator.permissions.roles import NAME, TAGS, stated
from orchestrator.planning.deployed_roles import DeployedRole
from orchestrator.presentation.page import Page, Tone

UNMANAGED = "not managed: it exists already, and who may assume it stands in its own trust policy"


def property_rows(role: DeployedRole) -> list[tuple[str, str]]:
    """Property and value; of a role that is not managed, its name and that."""
    if not role.is_managed:
        return [("name", role.name), ("trust", UNMANAGED)]
    return list(stated(role.properties))


def role_set_lines(role: DeployedRole, page: Page) -> list[str]:
    return [*page.wrap(f"role {role.kind}, {role.role_set}", "  ", "    "), *page.table(property_rows(role), "    ")]


def roles_lines(roles: Iterable[DeployedRole], page: Page) -> list[str]:
    lines = [line for role in roles for line in role_set_lines(role, page)]
    return [page.paint("Roles", Tone.TITLE), *lines] if lines else []


def role_sentence(role: DeployedRole) -> str:
    """``assumed by ARN; organization o-…; external id set; …``, without name and tags."""
    return "; ".join(f"{name} {value}" for name, value in property_rows(role) if name not in (NAME, TAGS))


def role_set_json(role: DeployedRole) -> Mapping[str, object]:
    """``properties`` are lists of values, empty for none; null for a role that is not managed."""
    return {
        "role": role.kind.value,
        "role_set": role.role_set,
        "name": role.name,
        "managed": role.is_managed,
        "properties": {name: list(values) for name, values in role.properties.items()} if role.is_managed else None,
    }
