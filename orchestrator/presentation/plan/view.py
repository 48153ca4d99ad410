"""What of a plan is opened: everything is counted and summed up, and each fold names the flag that opens it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """``detail`` opens every list, ``accounts`` the accounts alone.

    ``command`` stands before the flags a fold names, where the command that prints the plan has none. ``next_step`` is what to type next.
    """

    detail: bool = False
    accounts: bool = False
    command: str = ""
    next_step: str = ""

    @property
    def lists_accounts(self) -> bool:
        return self.detail or self.accounts

    @property
    def opens_detail(self) -> str:
        return f"{self.command} --detail".lstrip()

    @property
    def opens_accounts(self) -> str:
        return f"{self.command} --accounts".lstrip()


FOLDED = View()
