"""Where a rollout stands: account by account what is held as it should be, what is not, and what is withheld."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.plan import ExcludedAccount, WithheldSet
from orchestrator.model.temporary import TemporaryGrant


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """One account's group sets, each sorted; a role set that is outdated, failed or altered is among them.

    ``granted`` are held and wanted, ``missing`` wanted and not there, ``unexpected`` there and not wanted, ``outdated`` behind their
    definition, ``failed`` there after AWS failed to make, update or delete them. ``altered`` are there, granted ones among them, and not
    as deployed, by what drift detection or a look inside the account found last. ``reasons`` are AWS's own, or what was altered, by group
    set. ``withheld`` are those that a rule mentions and the account does not get.
    """

    id: AccountId
    name: str
    granted: tuple[GroupSetName, ...] = ()
    missing: tuple[GroupSetName, ...] = ()
    unexpected: tuple[GroupSetName, ...] = ()
    outdated: tuple[GroupSetName, ...] = ()
    failed: tuple[GroupSetName, ...] = ()
    altered: tuple[GroupSetName, ...] = ()
    withheld: tuple[GroupSetName, ...] = ()
    reasons: Mapping[GroupSetName, str] = field(default_factory=dict)

    @property
    def holds_nothing(self) -> bool:
        """None of our group sets and role sets is there."""
        return not (self.granted or self.unexpected or self.outdated or self.failed or self.altered)

    @property
    def is_as_wanted(self) -> bool:
        """Everything wanted is held, and nothing else."""
        return not (self.missing or self.unexpected or self.outdated or self.failed or self.altered)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the rollout stands: every account that may be changed, every temporary grant, what is withheld, and the excluded accounts.

    ``rules`` say where each rule stands, ``warnings`` what control policies block of what is wanted.
    """

    accounts: tuple[AccountStatus, ...]
    temporary: tuple[TemporaryGrant, ...] = ()
    withheld: tuple[WithheldSet, ...] = ()
    excluded: tuple[ExcludedAccount, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
