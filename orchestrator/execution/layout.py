"""The layout of the state: every key that a state folder or bucket prefix may hold is named here and nowhere else.

``plans/`` and ``journal/`` have one entry per plan, named by the hexadecimal digits of its digest. Logs (journals and the ledger) are
``.jsonl`` files in a folder and one object per record in a bucket. docs/architecture.md shows the layout to people.
"""

import re
from typing import Final

from orchestrator.model.identifiers import PlanDigest

BELONGS_TO: Final = "belongs-to"
"""Whose state it is, written by the first run."""

CURRENT: Final = "current"
"""The digest of the unfinished plan; empty when there is none."""

PLANS: Final = "plans/"
"""Plans, written down before their first operation is sent."""

JOURNALS: Final = "journal/"
"""Logs of what was about to be sent and what became of it."""

LEDGER: Final = "ledger"
"""The log of temporary grants."""

LEDGER_HEAD: Final = "ledger-head"
"""How many records the ledger has, and the digest of the last."""

PROBE: Final = "probe"
"""The last look inside the accounts: how far it is, and what it and earlier ones found."""

LOCK: Final = "lock"
"""A folder's lock file; the operating system holds it."""

LOCK_NOTE: Final = "lock.json"
"""Who holds the lock; in a bucket the note is the lock."""

LIVE: Final = "live"
"""The log of what `doctor --live` makes and removes."""

WRITE_TEST: Final = "write-test"
"""Never there: `doctor` asks a bucket to replace a version of it that does not exist, which has to be refused."""

ALGORITHM = "sha256:"
DIGEST = re.compile(f"{ALGORITHM}[0-9a-f]{{64}}")


def is_digest(text: str) -> bool:
    """Whether it is the digest of a plan: nothing else becomes part of a key."""
    return DIGEST.fullmatch(text) is not None


def plan_key(digest: PlanDigest) -> str:
    """Where a plan is kept."""
    return f"{PLANS}{digest.removeprefix(ALGORITHM)}.json"


def journal_log(digest: PlanDigest) -> str:
    """The name of a plan's journal."""
    return JOURNALS + digest.removeprefix(ALGORITHM)


def digest_of_journal(log: str) -> PlanDigest:
    """The plan a journal belongs to."""
    return PlanDigest(ALGORITHM + log.removeprefix(JOURNALS))
