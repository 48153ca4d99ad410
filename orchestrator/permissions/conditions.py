"""Conditions of a statement, one test per operator and key, and whether one test follows from another.

Semantics: IAM user guide, "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys or values".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from orchestrator.permissions.patterns import covers
from orchestrator.permissions.resolution import mapping, texts

CURRENT_TIME = "aws:currenttime"
SET_OPERATORS = ("ForAllValues:", "ForAnyValue:")
IF_EXISTS = "IfExists"

EXACT = frozenset({"StringEquals", "StringEqualsIgnoreCase", "NumericEquals", "DateEquals", "Bool", "BinaryEquals", "IpAddress"})
PATTERN = frozenset({"StringLike", "ArnLike", "ArnEquals"})
"""``ArnEquals`` and ``ArnLike`` behave identically (IAM user guide)."""

UPPER = frozenset({"NumericLessThan", "NumericLessThanEquals", "DateLessThan", "DateLessThanEquals"})
LOWER = frozenset({"NumericGreaterThan", "NumericGreaterThanEquals", "DateGreaterThan", "DateGreaterThanEquals"})


@dataclass(frozen=True, slots=True, order=True)
class ConditionTest:
    """One operator on one key; ``values`` are sorted and unique. Keys compare without regard to case."""

    operator: str
    key: str
    values: tuple[str, ...]

    @property
    def comparison(self) -> str:
        """The operator without set prefix and ``IfExists``."""
        return self.operator.rpartition(":")[2].removesuffix(IF_EXISTS)

    @property
    def quantifier(self) -> str:
        return self.operator.rpartition(":")[0]

    @property
    def is_optional(self) -> bool:
        """An absent key passes. ``ForAnyValue`` needs a value, negated or not."""
        is_passed_without = self.is_negated and self.quantifier != "ForAnyValue"
        return self.operator.endswith(IF_EXISTS) or self.quantifier == "ForAllValues" or is_passed_without

    @property
    def is_negated(self) -> bool:
        return "Not" in self.comparison

    def alternatives(self) -> Iterator["ConditionTest"]:
        """The same test value by value, where it holds exactly when one of them holds."""
        if len(self.values) > 1 and not self.is_negated and self.quantifier != "ForAllValues":
            for value in self.values:
                yield ConditionTest(self.operator, self.key, (value,))


def condition_tests(block: object) -> frozenset[ConditionTest]:
    """The tests of a condition block, all of which have to hold."""
    return frozenset(
        ConditionTest(operator, key, tuple(sorted(set(texts(values)))))
        for operator, keys in mapping(block).items()
        for key, values in mapping(keys).items()
    )


@lru_cache(maxsize=65_536)
def implies(narrow: ConditionTest, wide: ConditionTest) -> bool:
    """Whether every request that passes ``narrow`` passes ``wide``. False where that cannot be decided."""
    if narrow.key.lower() != wide.key.lower() or narrow.quantifier != wide.quantifier:
        return False
    if narrow.is_optional and not wide.is_optional:
        return False
    if narrow == wide:
        return True
    if wide.is_negated:
        return narrow.comparison == wide.comparison and set(wide.values) <= set(narrow.values)
    return _values_within(narrow, wide)


def _values_within(narrow: ConditionTest, wide: ConditionTest) -> bool:
    """Every value that ``narrow`` accepts is one that ``wide`` accepts."""
    if narrow.comparison in UPPER | LOWER and narrow.comparison == wide.comparison:
        return _is_tighter(narrow, wide)
    matches = _acceptance(narrow.comparison, wide.comparison)
    return matches is not None and all(any(matches(accepted, value) for accepted in wide.values) for value in narrow.values)


def _acceptance(narrow: str, wide: str) -> Callable[[str, str], bool] | None:
    """Compares a value of the wide test with one of the narrow test; None where the operators have nothing to do with each other."""
    if wide in PATTERN and (
        narrow == wide or {narrow, wide} <= {"ArnLike", "ArnEquals"} or (narrow, wide) == ("StringEquals", "StringLike")
    ):
        return covers
    if wide == "StringEqualsIgnoreCase" and narrow in ("StringEquals", "StringEqualsIgnoreCase"):
        return lambda accepted, value: accepted.lower() == value.lower()
    if wide == "Bool" and narrow == "Bool":
        return lambda accepted, value: accepted.lower() == value.lower()
    return (lambda accepted, value: accepted == value) if wide in EXACT and narrow == wide else None


def _is_tighter(narrow: ConditionTest, wide: ConditionTest) -> bool:
    try:
        ours, theirs = (sorted(map(_measure, test.values)) for test in (narrow, wide))
    except ValueError:
        return False
    return ours[-1] <= theirs[-1] if narrow.comparison in UPPER else ours[0] >= theirs[0]


def _measure(value: str) -> float:
    """A number, or a date as seconds. Raises ValueError."""
    try:
        return float(value)
    except ValueError:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def is_past(test: ConditionTest, now: datetime) -> bool:
    """A window that ended: from ``now`` on the test never holds again."""
    return _is_clock(test, UPPER) and max(map(_measure, test.values)) <= now.timestamp()


def has_started(test: ConditionTest, now: datetime) -> bool:
    """A window that is open already: from ``now`` on the test always holds."""
    return _is_clock(test, LOWER) and min(map(_measure, test.values)) <= now.timestamp()


def _is_clock(test: ConditionTest, comparisons: frozenset[str]) -> bool:
    if test.key.lower() != CURRENT_TIME or test.quantifier or test.comparison not in comparisons:
        return False
    try:
        return bool([_measure(value) for value in test.values])
    except ValueError:
        return False


def as_block(tests: Iterable[ConditionTest]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The condition block again, operators and keys sorted."""
    block: dict[str, dict[str, tuple[str, ...]]] = {}
    for test in sorted(tests):
        block.setdefault(test.operator, {})[test.key] = test.values
    return block
