"""What a policy allows: for each action the resources and, for each of them, the conditions under which."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from orchestrator.model.permission import Block
from orchestrator.model.state import Definition
from orchestrator.permissions.conditions import ConditionTest, as_block, condition_tests, has_started, implies, is_past
from orchestrator.permissions.patterns import covers
from orchestrator.permissions.resolution import Resolver, mapping, texts
from orchestrator.templates.reading import read_template

POLICY_TYPES = frozenset({"AWS::IAM::RolePolicy", "AWS::IAM::Policy"})


@dataclass(frozen=True, slots=True)
class Allowance:
    """One resource pattern under conditions that all have to hold."""

    resource: str
    conditions: frozenset[ConditionTest] = frozenset()

    def is_within(self, others: Iterable["Allowance"]) -> bool:
        """Whether every request this allows is allowed by one of the others. False where that cannot be decided."""
        others = tuple(others)
        return any(_includes(other, self) for other in others) or any(
            all(part.is_within(others) for part in parts) for parts in self._splits()
        )

    def _splits(self) -> Iterator[tuple["Allowance", ...]]:
        for test in sorted(self.conditions):
            if alternatives := tuple(test.alternatives()):
                yield tuple(Allowance(self.resource, self.conditions - {test} | {alternative}) for alternative in alternatives)


def _includes(wide: Allowance, narrow: Allowance) -> bool:
    return covers(wide.resource, narrow.resource) and all(
        any(implies(ours, test) for ours in narrow.conditions) for test in wide.conditions
    )


Scope = frozenset[Allowance]
"""Where one action is allowed. Empty: nowhere."""

Allowances = Mapping[str, Scope]
"""Action pattern, as written, to its scope."""

NOWHERE: Scope = frozenset()


def allowances(definition: Definition, overrides: Mapping[str, str], now: datetime) -> Allowances:
    """What the inline policies of a template allow from ``now`` on, parameters resolved.

    ``overrides`` are the parameter overrides of one stack instance. A window that ended allows nothing; the begin of one that
    is open is no condition any more. A template that cannot be read allows nothing known.
    """
    found = allowances_of(statements(definition, overrides))
    live = {action: frozenset(filter(None, (_alive(allowance, now) for allowance in scope))) for action, scope in found.items()}
    return {action: scope for action, scope in live.items() if scope}


def allowances_of(written: Iterable[Mapping[str, object]]) -> Allowances:
    """What statements allow, whatever the time: a window is a condition like any other."""
    found: dict[str, set[Allowance]] = {}
    for statement in written:
        for action, allowance in _allowed(statement):
            found.setdefault(action, set()).add(allowance)
    return {action: frozenset(scope) for action, scope in found.items()}


def statements(definition: Definition, overrides: Mapping[str, str]) -> Iterator[Mapping[str, object]]:
    """The statements of every inline policy of a template as deployed."""
    resolver = Resolver(read_template(definition.template), {**definition.parameters, **overrides})
    for resource in resolver.resources().values():
        properties = mapping(resource.get("Properties"))
        documents = [properties.get("PolicyDocument")] if resource.get("Type") in POLICY_TYPES else []
        inline = properties.get("Policies")
        documents += [mapping(policy).get("PolicyDocument") for policy in inline] if isinstance(inline, list) else []
        for document in documents:
            yield from statements_of(document)


def statements_of(document: object) -> Iterator[Mapping[str, object]]:
    """The statements of one policy document, a list of them or a lone one."""
    found = mapping(document).get("Statement")
    return map(mapping, found if isinstance(found, list) else [found])


def _allowed(statement: Mapping[str, object]) -> Iterator[tuple[str, Allowance]]:
    """``NotAction`` and ``NotResource`` are read as everything: too much is shown rather than too little."""
    if statement.get("Effect") != "Allow":
        return
    conditions = condition_tests(statement.get("Condition"))
    for action in texts(statement.get("Action", "*")):
        for resource in texts(statement.get("Resource", "*")):
            yield action, Allowance(resource, conditions)


def _alive(allowance: Allowance, now: datetime) -> Allowance | None:
    if any(is_past(test, now) for test in allowance.conditions):
        return None
    return Allowance(allowance.resource, frozenset(test for test in allowance.conditions if not has_started(test, now)))


def union(parts: Iterable[Allowances]) -> Allowances:
    """Everything that several policies on one role allow together."""
    found: dict[str, Scope] = {}
    for part in parts:
        for action, scope in part.items():
            found[action] = found.get(action, NOWHERE) | scope
    return found


def scope_of(action: str, granted: Allowances) -> Scope:
    """Where an action is allowed, by patterns that cover it too. Actions compare without regard to case."""
    lowered = action.lower()
    scopes = (scope for pattern, scope in granted.items() if pattern == action or covers(pattern.lower(), lowered))
    return NOWHERE.union(*scopes)


def blocks_of(scope: Scope) -> tuple[Block, ...]:
    """The scope as a plan writes it: resources under the same conditions together, sorted."""
    found: dict[tuple[ConditionTest, ...], list[str]] = {}
    for allowance in scope:
        found.setdefault(tuple(sorted(allowance.conditions)), []).append(allowance.resource)
    return tuple(Block(tuple(sorted(found[tests])), as_block(tests)) for tests in sorted(found))


def essential(scope: Scope) -> Scope:
    """The fewest allowances that allow the same."""
    kept = set(scope)
    for allowance in sorted(scope, key=lambda found: (-len(found.conditions), found.resource, sorted(found.conditions))):
        if allowance.is_within(kept - {allowance}):
            kept.discard(allowance)
    return frozenset(kept)


def is_within(inner: Scope, outer: Scope) -> bool:
    """Whether every request the one scope allows is allowed by the other."""
    return all(allowance.is_within(outer) for allowance in inner - outer)
