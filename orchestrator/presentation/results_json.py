"""Results as programs read them: the JSON shapes of the contract, one function each, all of plain values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from orchestrator.model.assignment import Assignment
from orchestrator.model.evidence import Evidence, Unknown, Unused, Used
from orchestrator.model.organization import Account, Organization
from orchestrator.model.outcome import Deviation, Outcome, Probed, Verification, count_accounts
from orchestrator.model.plan import WithheldSet
from orchestrator.model.status import AccountStatus, Standing
from orchestrator.model.temporary import LedgerRecord, TemporaryGrant
from orchestrator.planning.blocking import Blockages
from orchestrator.planning.deployed_roles import DeployedRole
from orchestrator.presentation.blockages import control_policies_json
from orchestrator.presentation.deployed_roles import role_set_json
from orchestrator.presentation.next_step import Commands, next_step
from orchestrator.presentation.temporary import is_overdue
from orchestrator.presentation.verification import findings

Json = Mapping[str, object]


def discover_json(organization: Organization, calls: Mapping[str, int]) -> Json:
    """``delegated_administrators`` is null where the caller may not list them."""
    administrators = organization.delegated_administrators
    units = [{"id": unit.id, "path": unit.path} for unit in organization.organizational_units]
    return {
        "organization": {
            "id": organization.id,
            "management_account": organization.management_account,
            "root": organization.root,
            "accounts": len(organization.accounts),
        },
        "organizational_units": units,
        "accounts": [account_json(account) for account in organization.accounts.values()],
        "delegated_administrators": None if administrators is None else list(administrators),
        "calls": dict(calls),
    }


def account_json(account: Account) -> Json:
    return {"id": account.id, "name": account.name, "path": account.ou, "state": account.state.value, "tags": dict(account.tags)}


def explain_json(account: Account, assignment: Assignment, roles: Iterable[DeployedRole] = (), blocked: Blockages = None) -> Json:
    return {
        **assignment_json(account, assignment),
        "roles": [role_set_json(role) for role in roles],
        "control_policies": control_policies_json(blocked),
    }


def assignment_json(account: Account, assignment: Assignment) -> Json:
    return {
        "account": account.id,
        "name": account.name,
        "path": account.ou,
        "state": account.state.value,
        "grants": [{"group_set": grant.group_set, "because": list(grant.because)} for grant in assignment.grants],
        "existing": [{"role": kind, "handling": rule.handling, "because": rule.because} for kind, rule in assignment.existing.items()],
        "withheld": [{"group_set": held.group_set, "because": held.because} for held in assignment.withheld],
        "excluded": assignment.excluded,
    }


def outcome_json(outcome: Outcome, commands: Commands | None = None) -> Json:
    """``failed`` has a row per account and StackSet, skipped ones included; ``accounts`` counts each account once."""
    counts, step = count_accounts(outcome.failed), next_step(outcome, commands) if commands else None
    return {
        "plan": outcome.plan,
        "converged": outcome.is_converged,
        "already_done": outcome.already_done,
        "stopped_after": outcome.stopped_after,
        "operations": [
            {"id": operation.id, "kind": operation.kind, "stack_set": operation.stack_set, "status": operation.status.value}
            for operation in outcome.operations
        ],
        "failed": [
            {"account": failure.account, "stack_set": failure.stack_set, "reason": failure.reason, "hint": failure.hint}
            for failure in outcome.failed
        ],
        "accounts": {"failed": counts.failed, "skipped": counts.skipped},
        "seconds": round(outcome.seconds, 1),
        "temporary": temporary_json(outcome.temporary),
        "verification": verification_json(outcome.verification),
        "next": step.command if step else None,
    }


def verification_json(verification: Verification) -> Json:
    """``converged`` is null where nothing speaks against it and nothing was compared."""
    kinds = {kind: [deviation_json(difference) for difference in found] for kind, found in findings(verification).items()}
    is_known = verification.is_complete or not verification.is_converged
    harmless = {"harmless": [deviation_json(found) for found in verification.harmless]} if verification.harmless else {}
    probed = {"probed": probed_json(verification.probed)} if verification.probed else {}
    return {"converged": verification.is_converged if is_known else None, **kinds, **harmless, **probed}


def probed_json(probed: Probed) -> Json:
    """``accounts`` lists those that were looked into; null for all."""
    return {
        "looked": probed.looked,
        "active": probed.active,
        "without_grants": probed.ungranted,
        "without_grants_unseen": probed.unseen,
        "accounts": list(probed.accounts) or None,
        "resumed_after": probed.resumed_after,
        "repairable": probed.repairable,
    }


def deviation_json(deviation: Deviation) -> Json:
    return {"account": deviation.account, "stack_set": deviation.stack_set, "detail": deviation.detail}


def status_json(standing: Standing, now: datetime) -> Json:
    """Temporary grants as everywhere, and of each whether it is ``overdue``: what ``--fail-on-overdue`` fails on."""
    late = [is_overdue(grant, now) for grant in standing.temporary]
    return {
        "accounts": [account_status_json(account) for account in standing.accounts],
        "temporary": [{**row, "overdue": overdue} for row, overdue in zip(temporary_json(standing.temporary), late, strict=True)],
        "withheld": list(withheld_json(standing.withheld)),
        "excluded": [{"account": found.account, "because": found.because, "grants": found.holds} for found in standing.excluded],
        "warnings": list(standing.warnings),
    }


def withheld_json(withheld: Iterable[WithheldSet]) -> Iterator[Json]:
    """A row per account and group set; ``group_set`` is null for an account that no rule grants anything."""
    for row in withheld:
        for account in row.accounts:
            yield {"account": account, "group_set": row.group_set, "because": row.because}


def account_status_json(account: AccountStatus) -> Json:
    return {
        "id": account.id,
        "name": account.name,
        "granted": list(account.granted),
        "missing": list(account.missing),
        "unexpected": list(account.unexpected),
        "outdated": list(account.outdated),
        "failed": list(account.failed),
        "altered": list(account.altered),
        "withheld": list(account.withheld),
        "reasons": dict(account.reasons),
    }


def temporary_json(grants: Iterable[TemporaryGrant]) -> Sequence[Json]:
    """The rows of a plan file: ``evidence`` is what was seen, or why nothing could be, and ``found`` says which."""
    return [
        {
            "group_set": grant.group_set,
            "account": grant.account,
            "state": grant.state.value,
            "granted_at": instant(grant.window.not_before if grant.window else None),
            "expires_at": instant(grant.window.not_after if grant.window else None),
            **evidence_json(grant.evidence),
            "detail": grant.detail,
        }
        for grant in grants
    ]


def evidence_json(evidence: Evidence | None) -> Json:
    match evidence:
        case Used(at, detail):
            return {"evidence": detail, "found": "used", "used_at": instant(at)}
        case Unknown(reason):
            return {"evidence": reason, "found": "unknown", "used_at": None}
        case Unused():
            return {"evidence": None, "found": "unused", "used_at": None}
        case None:
            return {"evidence": None, "found": None, "used_at": None}


def ledger_json(records: Iterable[LedgerRecord]) -> Json:
    return {"temporary": [ledger_record_json(record) for record in records]}


def ledger_record_json(record: LedgerRecord) -> Json:
    return {
        "at": instant(record.at),
        "event": record.event.value,
        "group_set": record.group_set,
        "account": record.account,
        "plan": record.plan,
        "granted_at": instant(record.window.not_before if record.window else None),
        "expires_at": instant(record.window.not_after if record.window else None),
        "deliberate": record.deliberate,
        "because": record.because,
        "evidence": record.evidence,
    }


def instant(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, as plan files have it."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
