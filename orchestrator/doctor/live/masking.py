"""Answers without ids: the two accounts become A and B, everything else that identifies becomes ``…``."""

import re
from collections.abc import Mapping

from orchestrator.model.identifiers import AccountId

IDS = re.compile(
    r"\b\d{12}\b"  # accounts
    r"|\b(?:o-[a-z0-9]{10,32}|r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|p-[0-9a-z_]{8,128})\b"  # organizations
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\bmrk-[0-9a-f]{32}\b"  # stacks, operations, requests, keys
    r"|\b(?:A3T|ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|AROA|ASIA)[A-Z0-9]{12,}\b"  # IAM's unique ids and access keys
    r"|\bstacksets-exec-[0-9a-f]{32}\b"
    r"|[\w.+-]+@[\w-]+\.[\w.]+"  # e-mail addresses
)
HIDDEN = "…"


def masked(value: object, accounts: Mapping[AccountId, str], prefix: str) -> object:
    """``accounts`` are the two that may be named, each with its letter; names that begin with ``prefix`` begin with ``doctor``."""
    match value:
        case str():
            return IDS.sub(lambda found: accounts.get(AccountId(found[0]), HIDDEN), value.replace(prefix, "doctor"))
        case Mapping():
            return {str(masked(str(key), accounts, prefix)): masked(item, accounts, prefix) for key, item in value.items()}
        case list() | tuple():
            return [masked(item, accounts, prefix) for item in value]
        case _:
            return value
