"""The rows of a plan file that differ from the model: operations, temporary grants, waves, observed definitions and instances.

What the file says as the model does (changes, summary, violations, ...) is parsed into the model's own types.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from orchestrator.adapters.files.rollout.selectors import notation_of, read_selector
from orchestrator.model.evidence import Evidence, Unknown, Unused, Used
from orchestrator.model.identifiers import AccountId, GroupSetName, OperationKey, Region, StackSetName
from orchestrator.model.organization import AccountState
from orchestrator.model.permission import Block, PermissionChange, ScopeChange
from orchestrator.model.plan import Change, ChangeKind, Target
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Pace, Wave
from orchestrator.model.state import Condition, Definition, Instance, Window
from orchestrator.model.temporary import TemporaryGrant, TemporaryState


class Row(BaseModel):
    """One object of a plan file: exact types, no unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ChangeRow(Row):
    change: ChangeKind
    stack_set: StackSetName
    group_set: GroupSetName | None
    account: AccountId
    region: Region
    because: str

    @classmethod
    def of(cls, change: Change, region: Region) -> "ChangeRow":
        return cls(
            change=change.change,
            stack_set=change.stack_set,
            group_set=change.group_set,
            account=change.account,
            region=region,
            because=change.because,
        )

    def value(self) -> Change:
        return Change(self.change, self.stack_set, self.group_set, self.account, self.because)


class OperationRow(Row):
    """``definition`` refers to the definitions of the file; a stack's account is the only one in ``accounts``."""

    id: OperationKey
    kind: str
    stack_set: StackSetName
    accounts: tuple[AccountId, ...]
    wave: str
    after: tuple[OperationKey, ...]
    definition: str | None
    window: Window | None


class SidesRow(Row):
    """The same fact before the plan and after it."""

    before: tuple[str, ...]
    after: tuple[str, ...]


class PermissionRow(Row):
    """``resources`` and ``conditions`` stand where they differ; ``before`` and ``after`` tell which conditions bind which resources."""

    accounts: int
    role: RoleKind
    change: ScopeChange
    gains: tuple[str, ...]
    loses: tuple[str, ...]
    because: tuple[str, ...]
    resources: SidesRow | None
    conditions: SidesRow | None
    before: tuple[Block, ...]
    after: tuple[Block, ...]

    @classmethod
    def of(cls, change: PermissionChange) -> "PermissionRow":
        return cls(
            accounts=change.accounts,
            role=change.role,
            change=change.change,
            gains=change.gains,
            loses=change.loses,
            because=change.because,
            resources=sides(resources_in(change.before), resources_in(change.after)),
            conditions=sides(conditions_in(change.before), conditions_in(change.after)),
            before=change.before,
            after=change.after,
        )

    def value(self) -> PermissionChange:
        return PermissionChange(self.accounts, self.role, self.change, self.gains or self.loses, self.before, self.after, self.because)


def sides(before: tuple[str, ...], after: tuple[str, ...]) -> SidesRow | None:
    return None if before == after else SidesRow(before=before, after=after)


def resources_in(blocks: Iterable[Block]) -> tuple[str, ...]:
    return tuple(sorted({resource for block in blocks for resource in block.resources}))


def conditions_in(blocks: Iterable[Block]) -> tuple[str, ...]:
    """``OPERATOR KEY: VALUES``, each once."""
    return tuple(
        sorted(
            {
                f"{operator} {key}: {', '.join(values)}"
                for block in blocks
                for operator, keys in block.conditions.items()
                for key, values in keys.items()
            }
        )
    )


class TemporaryRow(Row):
    """``evidence`` is what was seen, or why nothing could be; ``found`` tells which."""

    group_set: GroupSetName
    account: AccountId
    state: TemporaryState
    granted_at: datetime | None
    expires_at: datetime | None
    evidence: str | None
    found: Literal["used", "unused", "unknown"] | None
    used_at: datetime | None
    detail: str
    asked_for: str | None
    due: datetime | None
    left_alone: str | None

    @classmethod
    def of(cls, grant: TemporaryGrant) -> "TemporaryRow":
        seen, window = grant.evidence, grant.window
        return cls(
            group_set=grant.group_set,
            account=grant.account,
            state=grant.state,
            granted_at=window.not_before if window else None,
            expires_at=window.not_after if window else None,
            evidence=words_of(seen),
            found=None if seen is None else finding_of(seen),
            used_at=seen.at if isinstance(seen, Used) else None,
            detail=grant.detail,
            asked_for=grant.asked_for,
            due=grant.due,
            left_alone=grant.excluded,
        )

    def value(self) -> TemporaryGrant:
        return TemporaryGrant(
            group_set=self.group_set,
            account=self.account,
            state=self.state,
            window=self.window(),
            evidence=self.seen(),
            detail=self.detail,
            asked_for=self.asked_for,
            due=self.due,
            excluded=self.left_alone,
        )

    def window(self) -> Window | None:
        return Window(self.granted_at, self.expires_at) if self.granted_at and self.expires_at else None

    def seen(self) -> Evidence | None:
        match self.found, self.used_at:
            case "used", datetime() as at:
                return Used(at, self.evidence or "")
            case "unknown", _:
                return Unknown(self.evidence or "")
            case "unused", _:
                return Unused()
            case _:
                return None


def finding_of(evidence: Evidence) -> Literal["used", "unused", "unknown"]:
    match evidence:
        case Used():
            return "used"
        case Unused():
            return "unused"
        case Unknown():
            return "unknown"


def words_of(evidence: Evidence | None) -> str | None:
    match evidence:
        case Used(detail=words) | Unknown(reason=words):
            return words
        case Unused() | None:
            return None


class WaveRow(Row):
    name: str
    where: JsonValue
    percent: int | None

    @classmethod
    def of(cls, wave: Wave) -> "WaveRow":
        return cls(name=wave.name, where=None if wave.where is None else notation_of(wave.where), percent=wave.percent)

    def value(self) -> Wave:
        return Wave(self.name, None if self.where is None else read_selector(self.where), self.percent)


class PaceRow(Row):
    waves: tuple[WaveRow, ...]
    max_concurrent_percent: int
    failure_tolerance_percent: int

    @classmethod
    def of(cls, pace: Pace) -> "PaceRow":
        return cls(
            waves=tuple(map(WaveRow.of, pace.waves)),
            max_concurrent_percent=pace.max_concurrent_percent,
            failure_tolerance_percent=pace.failure_tolerance_percent,
        )

    def value(self) -> Pace:
        return Pace(tuple(wave.value() for wave in self.waves), self.max_concurrent_percent, self.failure_tolerance_percent)


class DefinitionRow(Row):
    """``template`` refers to the templates of the file: many definitions share one."""

    template: str
    parameters: dict[str, str]
    tags: dict[str, str]

    def value(self, templates: Mapping[str, str]) -> Definition:
        return Definition(templates[self.template], self.parameters, self.tags)


class InstanceRow(Row):
    condition: Condition
    window: Window | None
    reason: str
    is_drifted: bool = False

    @classmethod
    def of(cls, instance: Instance) -> "InstanceRow":
        return cls(condition=instance.condition, window=instance.window, reason=instance.reason, is_drifted=instance.is_drifted)

    def value(self) -> Instance:
        return Instance(self.condition, self.window, self.reason, self.is_drifted)


class TargetRow(Row):
    account: AccountId
    name: str
    ou: str
    state: AccountState
    tags: dict[str, str | None]

    @classmethod
    def of(cls, target: Target) -> "TargetRow":
        return cls(account=target.account, name=target.name, ou=target.ou, state=target.state, tags=dict(target.tags))

    def value(self) -> Target:
        return Target(self.account, self.name, self.ou, self.state, self.tags)


class StackSetRow(Row):
    """``current`` are the accounts of plain instances, nearly all of them; ``others`` are told in full."""

    definition: str
    is_foreign: bool
    current: tuple[AccountId, ...]
    others: dict[AccountId, InstanceRow]
    auto_deploys: bool = False

    def instances(self) -> Mapping[AccountId, Instance]:
        plain = dict.fromkeys(self.current, Instance())
        return dict(sorted({**plain, **{account: row.value() for account, row in self.others.items()}}.items()))


class StackRow(Row):
    definition: str
    is_foreign: bool
    instance: InstanceRow


class ObservedRow(Row):
    stack_sets: dict[StackSetName, StackSetRow]
    stacks: dict[StackSetName, StackRow]
