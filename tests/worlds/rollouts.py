"""A rollout.yaml out of its parts. What is not given is what a small rollout has."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from tests.worlds.organizations import HUB

Part = Mapping[str, object]


def rule(name: str, where: object, **verdict: object) -> Part:
    """``rule("the hub", "hub", grant=["hub-checks"])``."""
    return {"rule": name, "where": where, **verdict}


def roles(hub: str = HUB, **changed: Part) -> dict[str, Part]:
    """The four roles; keywords add to the settings of one, such as ``spoke={"managed": False}``."""
    trusted = ["platform", "acquisition"]
    known: dict[str, Part] = {
        "platform": {"account": hub, "name": "CadoResponseInstanceRole"},
        "acquisition": {"account": hub, "name": "CadoResponseRole"},
        "spoke": {"name": "CadoResponseCrossAccountRole", "trusted": trusted},
        "discovery": {"name": "CadoResponseDiscoveryRole", "trusted": trusted},
    }
    return {name: {**role, **changed.get(name, {})} for name, role in known.items()}


def rollout(rules: Iterable[Part], *, state: object, organization: Part = MappingProxyType({}), **sections: object) -> dict[str, object]:
    """Keywords are further sections, or replace one."""
    place = {"id": "o-exampleorgid", "home_region": "us-east-1", **organization}
    parameters = {"platform_bucket": "evidence"}
    known = {"version": 1, "organization": place, "roles": roles(), "parameters": parameters, "rules": list(rules), "state": str(state)}
    return {**known, **sections}


def write(folder: Path, content: Mapping[str, object]) -> Path:
    """JSON is YAML."""
    path = folder / "rollout.yaml"
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return path
