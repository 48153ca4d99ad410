"""Where one account stands: what it holds as it should, and what it does not."""

from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId, GroupSetName


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """One account's group sets, each sorted.

    ``granted`` are held and wanted, ``missing`` wanted and not there, ``unexpected`` there and not wanted, ``outdated`` behind their
    definition, ``failed`` there but inoperable.
    """

    id: AccountId
    name: str
    granted: tuple[GroupSetName, ...] = ()
    missing: tuple[GroupSetName, ...] = ()
    unexpected: tuple[GroupSetName, ...] = ()
    outdated: tuple[GroupSetName, ...] = ()
    failed: tuple[GroupSetName, ...] = ()

    @property
    def is_as_wanted(self) -> bool:
        """Everything wanted is held, and nothing else."""
        return not (self.missing or self.unexpected or self.outdated or self.failed)
