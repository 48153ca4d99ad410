"""What a scenario finds in AWS, as `observed.json` tells it.

A StackSet or stack is deployed as the rollout defines it, but for the `parameters` it gives; its instances are CURRENT unless they give
a condition. `altered` says what was found changed in the account, and when. `evidence` says of an account when its grant was used, or why
that cannot be read. `ledger` lists grants by hand.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestrator.model.alteration import Alteration
from orchestrator.model.catalog import Catalog
from orchestrator.model.evidence import Evidence, Unknown, Used
from orchestrator.model.identifiers import AccountId, GroupSetName, PlanDigest, StackSetName
from orchestrator.model.names import group_set_of
from orchestrator.model.organization import Organization
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Condition, Definition, Instance, State, Unit, Window
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from orchestrator.planning.definitions import group_set_definition, role_definition
from tests.worlds.states import stack, state

Row = Mapping[str, Any]

KINDS = ("rewritable", "lasting", "harmless")
"""Of differences in an account, each in words."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One `observed.json`, read for a rollout."""

    rows: Row
    rollout: Rollout
    catalog: Catalog
    organization: Organization

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.rows["now"])

    def state(self) -> State:
        stack_sets = {StackSetName(name): self._stack_set(name, row) for name, row in self.rows.get("stack_sets", {}).items()}
        return state(stack_sets, {StackSetName(name): self._stack(name, row) for name, row in self.rows.get("stacks", {}).items()})

    def evidence(self) -> dict[AccountId, Evidence]:
        return {AccountId(account): evidence_of(row) for account, row in self.rows.get("evidence", {}).items()}

    def ledger(self) -> tuple[LedgerRecord, ...]:
        return tuple(map(record_of, self.rows.get("ledger", ())))

    def _stack_set(self, name: str, row: Row) -> Unit:
        instances = {AccountId(account): instance_of(each) for account, each in row.get("instances", {}).items()}
        return Unit(self._definition(name, row), instances, row.get("foreign", False), row.get("auto_deployment", False))

    def _stack(self, name: str, row: Row) -> Unit:
        instance, account = instance_of(row.get("instance", {})), self.organization.management_account
        return stack(self._definition(name, row), instance, account=account, is_foreign=row.get("foreign", False))

    def _definition(self, name: str, row: Row) -> Definition:
        known = self._as_defined(name)
        return replace(known, parameters={**known.parameters, **row.get("parameters", {})})

    def _as_defined(self, name: str) -> Definition:
        """A StackSet of no group set of the catalog holds nothing."""
        role = name.removeprefix(f"{self.rollout.prefix}-role-")
        if role in set(RoleKind):
            return role_definition(self.rollout, self.organization.id, RoleKind(role))
        group_set = group_set_of(self.rollout.prefix, StackSetName(name))
        if group_set in self.catalog.group_sets:
            return group_set_definition(self.rollout, self.organization.id, self.catalog, GroupSetName(str(group_set)))
        return Definition("Resources: {}")


def read_observed(path: Path, rollout: Rollout, catalog: Catalog, organization: Organization) -> Observed:
    return Observed(json.loads(path.read_text(encoding="utf-8")), rollout, catalog, organization)


def instance_of(row: Row) -> Instance:
    return Instance(Condition(row.get("condition", "CURRENT")), window_of(row), row.get("reason", ""), alteration_of(row))


def alteration_of(row: Row) -> Alteration | None:
    found = row.get("altered")
    if not found:
        return None
    rewritable, lasting, harmless = (tuple(found.get(kind, ())) for kind in KINDS)
    return Alteration(datetime.fromisoformat(found["at"]), rewritable, lasting, harmless)


def window_of(row: Row) -> Window | None:
    ends = [datetime.fromisoformat(moment) for moment in row.get("window", ())]
    return Window(*ends) if ends else None


def evidence_of(row: Row) -> Evidence:
    return Unknown(row["unknown"]) if "unknown" in row else Used(datetime.fromisoformat(row["used"]), row["seen"])


def record_of(row: Row) -> LedgerRecord:
    return LedgerRecord(
        datetime.fromisoformat(row["at"]),
        LedgerEvent(row["event"]),
        GroupSetName(row["group_set"]),
        AccountId(row["account"]),
        PlanDigest(f"sha256:{'5c' * 32}"),
        window_of(row),
        row.get("deliberate", False),
        row.get("because", ""),
    )
