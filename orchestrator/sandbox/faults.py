"""The switches that make the local AWS misbehave, all changeable while it runs.

Patterns are ``service:Operation`` with shell wildcards, and may end in ``@account``, e.g. ``kms:*@111111111111``. The dice are
seeded, so a run with the same calls in the same order misbehaves the same way.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from random import Random
from threading import Lock
from typing import Any


@dataclass(slots=True)
class Failure:
    """Stacks that fail: which accounts, StackSets or stacks, and actions (CREATE, UPDATE, DELETE), why, and how often (None: always)."""

    reason: str = "Explicit deny in a service control policy"
    account: str = "*"
    stack: str = "*"
    action: str = "*"
    times: int | None = None


@dataclass(slots=True)
class Faults:
    """All switches, off by default.

    ``throttle`` and ``lose`` map patterns to a probability; ``throttle_next`` and ``lose_next`` to a number of calls.
    A lost answer belongs to a call that took effect. ``deny`` lists patterns answered with access denied. ``failures`` makes
    stacks fail. ``seconds_per_instance`` is how long a stack takes, ``seconds_in`` the same for single accounts, ``hold`` stops all
    running operations and ``hold_accounts`` those accounts until released. ``list_lag_reads`` and ``list_lag_seconds`` let the lists
    of a StackSet show its state before the last operation, for so many reads or so long after its end. For ``iam_lag_seconds`` a role
    just made can neither be assumed nor be named by a trust policy.
    """

    seed: int = 1
    throttle: dict[str, float] = field(default_factory=dict)
    throttle_next: dict[str, int] = field(default_factory=dict)
    lose: dict[str, float] = field(default_factory=dict)
    lose_next: dict[str, int] = field(default_factory=dict)
    deny: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    seconds_per_instance: float = 0.0
    seconds_in: dict[str, float] = field(default_factory=dict)
    hold: bool = False
    hold_accounts: list[str] = field(default_factory=list)
    list_lag_reads: int = 0
    list_lag_seconds: float = 0.0
    iam_lag_seconds: float = 0.0
    serve_state: bool = True
    serve_status: bool = False
    serve_paths: bool = True
    serve_bulk_tags: bool = True
    serve_alias_dates: bool = True
    _dice: Random | None = None
    _lock: Lock = field(default_factory=Lock)

    def is_throttled(self, operation: str, account: str) -> bool:
        return self._strikes(self.throttle, self.throttle_next, operation, account)

    def is_lost(self, operation: str, account: str) -> bool:
        return self._strikes(self.lose, self.lose_next, operation, account)

    def is_denied(self, operation: str, account: str) -> bool:
        return any(_matches(pattern, operation, account) for pattern in tuple(self.deny))

    def failure_of(self, account: str, stack: str, action: str) -> str | None:
        """The reason why this stack fails now, if it does; uses up one of the ``times``."""
        with self._lock:
            for failure in self.failures:
                names = ((account, failure.account), (stack, failure.stack), (action, failure.action))
                if failure.times != 0 and all(fnmatchcase(name, pattern) for name, pattern in names):
                    failure.times = None if failure.times is None else failure.times - 1
                    return failure.reason
        return None

    def seconds_for(self, account: str) -> float:
        return self.seconds_in.get(account, self.seconds_per_instance)

    def is_held(self, account: str) -> bool:
        return self.hold or account in self.hold_accounts

    def change(self, switches: Mapping[str, object]) -> None:
        """Set switches by name, as parsed from JSON.

        Raises ValueError for a name that does not exist.
        """
        known = {item.name for item in fields(self) if not item.name.startswith("_")}
        if unknown := sorted(switches.keys() - known):
            raise ValueError(f"no such fault: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        for name, value in switches.items():
            setattr(self, name, _checked(name, value, getattr(Faults(), name)))
        if "seed" in switches:
            self._dice = None

    def reset(self) -> None:
        """All switches off again."""
        fresh = Faults()
        for item in fields(self):
            if item.name != "_lock":
                setattr(self, item.name, getattr(fresh, item.name))

    def as_json(self) -> dict[str, object]:
        switches = {item.name: getattr(self, item.name) for item in fields(self) if not item.name.startswith("_")}
        return switches | {"failures": [asdict(failure) for failure in self.failures]}

    def _strikes(self, odds: dict[str, float], budget: dict[str, int], operation: str, account: str) -> bool:
        with self._lock:
            for pattern, left in budget.items():
                if left > 0 and _matches(pattern, operation, account):
                    budget[pattern] = left - 1
                    return True
            chance = max((odds[pattern] for pattern in odds if _matches(pattern, operation, account)), default=0.0)
            return chance > 0 and self._roll() < chance

    @property
    def has_rolled(self) -> bool:
        """Whether chance decided anything since the seed was set."""
        return self._dice is not None

    def _roll(self) -> float:
        if self._dice is None:
            self._dice = Random(self.seed)  # noqa: S311 - repeatable misbehaviour, nothing secret
        return self._dice.random()


def _matches(pattern: str, operation: str, account: str) -> bool:
    names, _, where = pattern.partition("@")
    return fnmatchcase(operation, names) and fnmatchcase(account, where or "*")


def _checked(name: str, value: object, default: object) -> object:
    """A switch keeps the type of its default; whole numbers serve where seconds are asked for."""
    fits = isinstance(value, (int, float)) if isinstance(default, float) else isinstance(value, type(default))
    if not fits:
        raise ValueError(f"{name} must be of type {type(default).__name__}, not {type(value).__name__}")
    return _failures(value) if name == "failures" and isinstance(value, list) else value


def _failures(value: list[Any]) -> list[Failure]:
    return [item if isinstance(item, Failure) else Failure(**item) for item in value]
