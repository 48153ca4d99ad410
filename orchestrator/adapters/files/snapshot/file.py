"""Reads and writes snapshots: a file with an organization's tree, accounts and tags."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from orchestrator.adapters.files.reading.validation import report, validate
from orchestrator.adapters.files.reading.yaml_document import Plain, read_document, read_text
from orchestrator.adapters.files.snapshot.checks import check_snapshot
from orchestrator.adapters.files.snapshot.lines import entries_of, line_of
from orchestrator.adapters.files.snapshot.schema import AccountEntry, PolicyEntry, SnapshotFile
from orchestrator.adapters.files.writing import write_out
from orchestrator.errors import ConfigurationError
from orchestrator.model.identifiers import AccountId, OrganizationId, OuId, OuPath
from orchestrator.model.organization import (
    ROOT_PATH,
    Account,
    AccountState,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
)

Item = TypeVar("Item")
WHEN_MISSING = "`orchestrator discover --out FILE` writes one."


def load_snapshot(path: Path) -> Organization:
    """The organization of a snapshot. Raises ConfigurationError with every problem of the file."""
    return organization_of(read_snapshot(path))


def read_snapshot(path: Path) -> SnapshotFile:
    """The file as it is written. Raises ConfigurationError with every problem."""
    text = read_text(path, WHEN_MISSING)
    return read_fast(text) or read_fully(path, text)


def read_fast(text: str) -> SnapshotFile | None:
    """A sound snapshot as ``discover`` writes it; None leaves it to the YAML reader, which knows the place of every problem."""
    data = entries_of(text)
    if data is None or any(check_snapshot(data)):
        return None
    try:
        return SnapshotFile.model_validate(data)
    except ValidationError:
        return None


def read_fully(path: Path, text: str) -> SnapshotFile:
    document = read_document(path, text)
    file, faults = validate(document, SnapshotFile)
    problems = report(document, (*faults, *check_snapshot(document.data)))
    if file is None or problems:
        raise ConfigurationError(problems)
    return file


def organization_of(file: SnapshotFile) -> Organization:
    """The organization; a management account that is not listed sits at the root."""
    units = {ROOT_PATH: file.organization.root, **{unit.path: unit.id for unit in file.organizational_units}}
    management = AccountId(file.organization.management_account)
    listed = {account.id: account for account in map(account_of, file.accounts)}
    accounts = {management: Account(management, "management"), **listed}
    return Organization(
        id=OrganizationId(file.organization.id),
        management_account=management,
        root=OuId(file.organization.root),
        organizational_units=tuple(OrganizationalUnit(OuId(unit.id), OuPath(unit.path)) for unit in file.organizational_units),
        accounts=dict(sorted(accounts.items())),
        delegated_administrators=tuple(map(AccountId, file.delegated_administrators)),
        policies=None if file.policies is None else tuple(policy_of(policy, units) for policy in file.policies),
    )


def account_of(entry: AccountEntry) -> Account:
    return Account(AccountId(entry.id), entry.name, OuPath(entry.ou), AccountState(entry.state), entry.email, entry.tags)


def policy_of(entry: PolicyEntry, units: Mapping[str, str]) -> OrganizationPolicy:
    """``units`` are ids by path: a target may be given either way."""
    document = entry.document if isinstance(entry.document, str) else json.dumps(entry.document, ensure_ascii=False)
    return OrganizationPolicy(entry.id, entry.name, entry.type, tuple(units.get(target, target) for target in entry.targets), document)


def write_snapshot(path: Path, organization: Organization) -> None:
    """Write a snapshot, readable by its owner alone; folders that are missing are made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_out(path, render_snapshot(organization).encode())


def render_snapshot(organization: Organization) -> str:
    """The text of a snapshot: one line per organizational unit, account and policy; no list of policies where they were not read."""
    head: dict[str, Plain] = {"id": organization.id, "management_account": organization.management_account, "root": organization.root}
    return "".join(
        (
            f"organization: {line_of(head)}\n",
            *section("organizational_units", organization.organizational_units, unit_entry),
            *section("accounts", organization.accounts.values(), account_entry),
            *section("delegated_administrators", organization.delegated_administrators or (), str),
            *(section("policies", organization.policies, policy_entry) if isinstance(organization.policies, tuple) else ()),
        )
    )


def section(name: str, items: Iterable[Item], entry: Callable[[Item], Plain]) -> Iterator[str]:
    lines = [f"  - {line_of(entry(item))}\n" for item in items]
    yield f"{name}:\n" if lines else f"{name}: []\n"
    yield from lines


def unit_entry(unit: OrganizationalUnit) -> Plain:
    return {"id": unit.id, "path": unit.path}


def account_entry(account: Account) -> Plain:
    return {
        "id": account.id,
        "name": account.name,
        **({"email": account.email} if account.email else {}),
        "ou": account.ou,
        "state": account.state.value,
        **tags_entry(account.tags),
    }


def tags_entry(tags: Mapping[str, str]) -> dict[str, Plain]:
    return {"tags": dict(tags)} if tags else {}


def policy_entry(policy: OrganizationPolicy) -> Plain:
    return {
        "id": policy.id,
        "name": policy.name,
        "type": policy.type,
        "targets": list(policy.targets),
        "document": document_entry(policy.document),
    }


def document_entry(text: str) -> Plain:
    """The policy as a mapping when nothing of its text is lost that way, else as the text it is."""
    try:
        parsed: Plain = json.loads(text)
    except ValueError:
        return text
    return parsed if isinstance(parsed, dict) and json.dumps(parsed, ensure_ascii=False) == text else text
