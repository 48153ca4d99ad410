"""IAM's condition blocks: which operators hold for which values of the request.

A key that is absent fails every operator but the negated ones, ``...IfExists``, ``ForAllValues`` and ``Null``
(IAM user guide, "Condition operators").
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase

Values = tuple[str, ...]
Context = Mapping[str, Values]


def as_values(value: object) -> Values:
    """A string, a boolean, a number or a list of them, as IAM's documents allow everywhere."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in items)


def like(value: str, pattern: str) -> bool:
    """IAM's wildcards are ``*`` and ``?`` alone; brackets mean themselves."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _moment(text: str) -> datetime:
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": like,
    "ArnEquals": like,
    "ArnLike": like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "DateEquals": lambda value, wanted: _moment(value) == _moment(wanted),
    "DateLessThan": lambda value, wanted: _moment(value) < _moment(wanted),
    "DateLessThanEquals": lambda value, wanted: _moment(value) <= _moment(wanted),
    "DateGreaterThan": lambda value, wanted: _moment(value) > _moment(wanted),
    "DateGreaterThanEquals": lambda value, wanted: _moment(value) >= _moment(wanted),
    "NumericEquals": lambda value, wanted: float(value) == float(wanted),
    "NumericLessThan": lambda value, wanted: float(value) < float(wanted),
    "NumericLessThanEquals": lambda value, wanted: float(value) <= float(wanted),
    "NumericGreaterThan": lambda value, wanted: float(value) > float(wanted),
    "NumericGreaterThanEquals": lambda value, wanted: float(value) >= float(wanted),
}
_NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "DateNotEquals": "DateEquals",
    "NumericNotEquals": "NumericEquals",
}


def holds(block: Mapping[str, Mapping[str, object]], context: Context) -> bool:
    """Whether every operator of a condition block holds; keys are looked up without regard to case."""
    lowered = {key.lower(): values for key, values in context.items()}
    return all(
        _operator_holds(operator, _fill(as_values(wanted), lowered), lowered.get(key.lower()))
        for operator, keys in block.items()
        for key, wanted in keys.items()
    )


def _fill(wanted: Values, context: Context) -> Values:
    """Replace policy variables such as ``${aws:PrincipalAccount}`` by their value."""
    filled = wanted
    for key, values in context.items():
        if values and any("${" in item for item in filled):
            filled = tuple(_replace_variable(item, key, values[0]) for item in filled)
    return filled


def _replace_variable(text: str, key: str, value: str) -> str:
    start = text.lower().find("${" + key + "}")
    return text if start < 0 else text[:start] + value + text[start + len(key) + 3 :]


def _operator_holds(operator: str, wanted: Values, present: Values | None) -> bool:
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return (present is None) == (wanted[0] == "true")
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if present is None:
        return optional or quantifier == "ForAllValues" or name in _NEGATED
    negated = name in _NEGATED
    test = _OPERATORS.get(_NEGATED.get(name, name))
    if test is None:
        return False
    matches = [any(test(value, item) for item in wanted) != negated for value in present]
    return all(matches) if quantifier == "ForAllValues" or (negated and not quantifier) else any(matches)
