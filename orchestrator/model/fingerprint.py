"""How an external id appears in plans, journals and reports: as a fingerprint, never as itself."""

import hashlib

EXTERNAL_ID_PARAMETER = "ExternalId"
"""The one template parameter whose value is replaced by its fingerprint wherever it could be read."""


def fingerprint(value: str) -> str:
    """A short one-way mark, equal for equal values; the empty value, meaning none, stays empty."""
    return f"fingerprint:{hashlib.sha256(f'external-id:{value}'.encode()).hexdigest()[:16]}" if value else ""
