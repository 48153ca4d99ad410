"""How an external id appears in plans, journals and reports: as a fingerprint, never as itself.

The fingerprint is derived with scrypt (RFC 7914) and salted with the rollout, so that equal configurations make equal plans anywhere and
equal ids of two rollouts do not show. It hides a random id. A reader of the plan can still try ids, at the cost of one derivation each: a
word, or a name that is known elsewhere, is found that way.
"""

import hashlib
from functools import lru_cache

EXTERNAL_ID_PARAMETER = "ExternalId"
"""The one template parameter whose value is replaced by its fingerprint wherever it could be read."""

MARK = "fingerprint:"
COST, BLOCK, LANES = 2**15, 8, 1
"""About a tenth of a second and 32 MiB for each id."""
BYTES = 16


def salt_of(organization: str, prefix: str) -> str:
    """What makes fingerprints of one rollout its own."""
    return f"{organization}/{prefix}"


@lru_cache(maxsize=64)
def fingerprint(value: str, salt: str) -> str:
    """A one-way mark, equal for equal values under one salt; the empty value, meaning none, stays empty."""
    if not value:
        return ""
    key = hashlib.scrypt(
        value.encode(), salt=f"external-id:{salt}".encode(), n=COST, r=BLOCK, p=LANES, maxmem=2 * 128 * COST * BLOCK, dklen=BYTES
    )
    return MARK + key.hex()
