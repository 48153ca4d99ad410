"""A part of a rollout, which a plan can be narrowed to."""

from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId, GroupSetName


@dataclass(frozen=True, slots=True)
class Part:
    """Accounts, by id or by the organizational unit they are in or below, and group sets; what is left empty narrows nothing."""

    accounts: tuple[AccountId, ...] = ()
    units: tuple[str, ...] = ()
    group_sets: tuple[GroupSetName, ...] = ()

    @property
    def names_accounts(self) -> bool:
        """Whether it is narrowed to accounts at all."""
        return bool(self.accounts or self.units)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a plan was narrowed to, and what the whole plan of the same moment would change beyond it, role sets included."""

    part: Part
    changes_left_out: int = 0
    accounts_left_out: int = 0
