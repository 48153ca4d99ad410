"""Who may work on the StackSets of an organization: its management account, and the delegated administrators that say so."""

from collections.abc import Collection
from dataclasses import dataclass

from orchestrator.adapters.aws.errors import AccessDeniedError
from orchestrator.model.identifiers import AccountId
from orchestrator.model.rollout import CallAs


@dataclass(frozen=True, slots=True)
class Administrators:
    """``delegated`` is empty where they may not be listed: then AWS decides who is one."""

    management: AccountId
    delegated: Collection[AccountId] = ()

    def check(self, caller: AccountId, call_as: CallAs) -> None:
        """Raises AccessDeniedError with the account the credentials are of and those that would do.

        A member that calls as itself would see StackSets of its own, which look like an empty rollout.
        """
        if call_as is CallAs.SELF and caller != self.management:
            message = f"the credentials belong to account {caller}; StackSets are called as the management account {self.management}."
            remedy = f"Use credentials of {self.management}, or set organization.call_as to delegated-admin in {self._delegated()}."
            raise AccessDeniedError(message, where=caller, remedy=remedy)
        is_refused = caller == self.management or (self.delegated and caller not in self.delegated)
        if call_as is CallAs.DELEGATED_ADMIN and is_refused:
            message = f"the credentials belong to account {caller}, which is no delegated administrator for StackSets."
            remedy = f"Use credentials of {self._delegated()}, or of {self.management} with organization.call_as set to self."
            raise AccessDeniedError(message, where=caller, remedy=remedy)

    def _delegated(self) -> str:
        known = f" ({', '.join(sorted(self.delegated))})" if self.delegated else ""
        return f"a delegated administrator for StackSets{known}"
