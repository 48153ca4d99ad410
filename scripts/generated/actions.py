"""The actions of a group set as reviewed text: a right that widens shows as a changed line."""

from collections.abc import Mapping

from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import GroupSetName


def actions_text(catalog: Catalog, name: GroupSetName) -> str:
    """One sorted line per action, each with the resources and conditions of its statement in the catalog."""
    lines = {
        f"{action}  on {' '.join(statement.resources)}{condition_text(statement.conditions)}"
        for statement in catalog.statements(name)
        for action in statement.actions
    }
    return "\n".join(sorted(lines)) + "\n"


def condition_text(conditions: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    found = [f"{operator} {key} {' '.join(values)}" for operator, keys in conditions.items() for key, values in keys.items()]
    return "  when " + " and ".join(found) if found else ""
