"""Whether a condition holds for a request: True, False, or None where that depends on what is not known.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Iterable

from orchestrator.permissions.conditions import ConditionTest
from orchestrator.permissions.verdicts import all_of, any_of, none_of
from orchestrator.policies.comparisons import COMPARISONS
from orchestrator.policies.context import Context, Values
from orchestrator.policies.variables import replaced

NULL = "Null"
FOR_ALL = "ForAllValues"


def holds(test: ConditionTest, context: Context, *, has_variables: bool = True) -> bool | None:
    """What is true of every request that may be meant; None where some pass and others do not, or an operator is unknown."""
    alternatives = context.alternatives(test.key)
    if alternatives is None:
        return None
    return agreed(passes(test, values, context, has_variables=has_variables) for values in alternatives)


def agreed(verdicts: Iterable[bool | None]) -> bool | None:
    """The one answer, None where there are several."""
    found = set(verdicts)
    return found.pop() if len(found) == 1 else None


def passes(test: ConditionTest, values: Values, context: Context, *, has_variables: bool) -> bool | None:
    if test.comparison == NULL:
        return any(wanted.lower() == str(not values).lower() for wanted in test.values)
    if not values:
        return test.is_optional
    wanted = [replaced(text, context) if has_variables else text for text in test.values]
    matches = [matches_one(value, wanted, test) for value in values]
    needs_all = test.quantifier == FOR_ALL or (test.is_negated and not test.quantifier)
    return all_of(matches) if needs_all else any_of(matches)


def matches_one(value: str, wanted: Iterable[str | None], test: ConditionTest) -> bool | None:
    """Whether one value of the request compares with one of the wanted as the operator says, or with none for a negated operator."""
    compare = COMPARISONS.get(test.comparison.replace("Not", ""))
    verdicts = [None if compare is None or text is None else compare(value, text) for text in wanted]
    return none_of(verdicts) if test.is_negated else any_of(verdicts)
