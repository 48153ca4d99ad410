"""Where one account stands: what it holds as it should, and what it does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.model.identifiers import AccountId, GroupSetName


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """One account's group sets, each sorted; a role set that is outdated or failed is among them.

    ``granted`` are held and wanted, ``missing`` wanted and not there, ``unexpected`` there and not wanted, ``outdated`` behind their
    definition, ``failed`` there after AWS failed to make, update or delete them. ``reasons`` are AWS's own, by group set.
    """

    id: AccountId
    name: str
    granted: tuple[GroupSetName, ...] = ()
    missing: tuple[GroupSetName, ...] = ()
    unexpected: tuple[GroupSetName, ...] = ()
    outdated: tuple[GroupSetName, ...] = ()
    failed: tuple[GroupSetName, ...] = ()
    reasons: Mapping[GroupSetName, str] = field(default_factory=dict)

    @property
    def is_as_wanted(self) -> bool:
        """Everything wanted is held, and nothing else."""
        return not (self.missing or self.unexpected or self.outdated or self.failed)
