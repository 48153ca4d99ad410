"""From a snapshot file to an organization: every id is kept as written, and every member gets the role AWS gives its members."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from orchestrator.sandbox.iam_store import IamFailure, IamStore
from orchestrator.sandbox.organization import STACKSETS_PRINCIPAL, Account, Organization, Policy, Unit

ACCESS_ROLE = "OrganizationAccountAccessRole"
_FOUNDED = datetime(2020, 1, 1, tzinfo=UTC)
"""When the accounts of a snapshot were made."""

_ACCOUNT = re.compile(r"\d{12}")
_ADMINISTRATOR = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


def load_snapshot(path: str | Path) -> dict[str, Any]:
    """Read a snapshot file (YAML).

    Raises OSError when it cannot be read and ValueError when it holds no organization.
    """
    parsed = YAML(typ="safe", pure=True).load(Path(path).read_text(encoding="utf-8"))
    if not isinstance(parsed, dict) or "organization" not in parsed:
        raise ValueError(f"{path}: not a snapshot, it has no organization")
    whole: dict[str, Any] = json.loads(json.dumps(parsed, default=str))  # a letter that was escaped as two surrogates is one again
    return whole


def organization_from(snapshot: Mapping[str, Any]) -> Organization:
    """Build the tree.

    Raises ValueError for an account id that is no 12-digit string, and KeyError for an OU that does not exist.
    """
    head = snapshot["organization"]
    organization = Organization(head["id"], _account_id(head["management_account"]), head["root"])
    _add_units(organization, snapshot.get("organizational_units") or [])
    management = Account(organization.management_account, "management", "management@example.com", organization.root)
    organization.accounts[management.id] = management
    for item in snapshot.get("accounts") or []:
        account = account_from(organization, item)
        organization.accounts[account.id] = account
    delegated = [_account_id(item) for item in snapshot.get("delegated_administrators") or []]
    organization.delegated[STACKSETS_PRINCIPAL] = delegated
    units = {"/": organization.root, **{item["path"]: item["id"] for item in snapshot.get("organizational_units") or []}}
    for item in snapshot.get("policies") or []:
        document = item.get("document", {})
        text = document if isinstance(document, str) else json.dumps(document)
        kind = item.get("type", "SERVICE_CONTROL_POLICY")
        targets = [units.get(target, target) for target in item.get("targets") or []]
        organization.policies[item["id"]] = Policy(item["id"], item["name"], kind, targets, text)
    return organization


def account_from(organization: Organization, item: Mapping[str, Any]) -> Account:
    """An account as a snapshot lists it; name, e-mail, OU, state and tags may be left out."""
    account = _account_id(item["id"])
    name = str(item.get("name") or f"account-{account}")
    tags = {str(key): str(value) for key, value in (item.get("tags") or {}).items()}
    parent = organization.unit_at(item.get("ou") or "/")
    return Account(account, name, item.get("email") or f"{name}@example.com", parent, item.get("state") or "ACTIVE", tags)


def furnish(account: str, management_account: str) -> None:
    """Give a member the role through which its organization reaches it."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{management_account}:root"}}
    store = IamStore(account)
    if store.role(ACCESS_ROLE) is None:
        store.add_role(ACCESS_ROLE, json.dumps({"Version": "2012-10-17", "Statement": [statement]}), at=_FOUNDED)
        store.put_inline(ACCESS_ROLE, "AdministratorAccess", _ADMINISTRATOR)


def make_caller(account: str, name: str, policies: Sequence[str]) -> None:
    """A role with exactly these policies, which its account trusts. Raises ValueError for what is no policy."""
    store = IamStore(account)
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}}
    role = store.role(name) or store.add_role(name, json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    role.policies.clear()
    try:
        for number, policy in enumerate(policies, 1):
            store.put_inline(name, f"policy-{number}", policy)
    except IamFailure as failure:
        raise ValueError(str(failure)) from failure


def _add_units(organization: Organization, units: list[Mapping[str, str]]) -> None:
    """Parents first, whatever the order of the file."""
    for item in sorted(units, key=lambda unit: unit["path"].count("/")):
        parent, _, name = item["path"].rstrip("/").rpartition("/")
        organization.units[item["id"]] = Unit(item["id"], name, organization.unit_at(parent or "/"))


def _account_id(value: object) -> str:
    if not isinstance(value, str) or not _ACCOUNT.fullmatch(value):
        raise ValueError(f"account id {value!r} must be a string of 12 digits")
    return value
