"""Values to render the catalog with before it is judged, so that nothing hides in a placeholder."""

from collections.abc import Mapping

from orchestrator.model.alteration import NOT_REVISED
from orchestrator.model.catalog import Catalog, Parameter
from orchestrator.model.rollout import Rollout
from orchestrator.templates.limits import LONGEST_PSEUDO
from orchestrator.templates.parameters import EXTERNAL_ID, FOLLOWING, ORGANIZATION, REVISED, ROLE, TRUST, TRUSTED_ROLE, WINDOW, given_values

LOOSE_PSEUDO = {"AWS::Partition": "aws", "AWS::AccountId": "111111111111", "AWS::Region": "us-east-1"}


def loose_values(catalog: Catalog) -> Mapping[str, str]:
    """Every option at its widest: empty where it may be, else at its default."""
    return {
        **LOOSE_PSEUDO,
        **{parameter.logical_name: loosest(parameter) for parameter in (*REVISED, *WINDOW, *catalog.parameters.values())},
    }


def loosest(parameter: Parameter) -> str:
    if parameter.is_optional:
        return ""
    return parameter.longest if parameter.default is None else parameter.default


def usual(parameter: Parameter) -> str:
    return parameter.longest if parameter.default is None else parameter.default


def rollout_values(rollout: Rollout, catalog: Catalog) -> Mapping[str, str]:
    """What rollout.yaml says, partition and account at their longest; what it lacks and a plan will know counts as the longest."""
    given = {**{name: catalog.parameters[name].longest for name in FOLLOWING if name in catalog.parameters}, **given_values(rollout)}
    values = {parameter.logical_name: given.get(name, usual(parameter)) for name, parameter in catalog.parameters.items()}
    return {**loose_values(catalog), **LONGEST_PSEUDO, **values}


def longest_values(catalog: Catalog) -> Mapping[str, str]:
    """Every option set, names and partition at their longest: the narrowest rights and the most characters, of what was never repaired."""
    own = (*WINDOW, *ROLE, ORGANIZATION, TRUSTED_ROLE, *TRUST, EXTERNAL_ID)
    longest = {parameter.logical_name: parameter.longest for parameter in (*own, *catalog.parameters.values())}
    return {**LONGEST_PSEUDO, **longest, **NOT_REVISED}
