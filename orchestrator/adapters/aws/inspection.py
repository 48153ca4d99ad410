"""Reads a role's inline policies in its account, to confirm that a revoked one is gone."""

from orchestrator.adapters.aws.absence import unless_absent
from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.errors import as_reason, speaking
from orchestrator.errors import OrchestratorError
from orchestrator.model.identifiers import AccountId


class AccountInspector:
    """ports.Inspector on the IAM API."""

    def __init__(self, access: AccountAccess) -> None:
        self._access = access

    def inline_policies(self, account: AccountId, role_name: str) -> frozenset[str] | str:
        try:
            with speaking(f"list the inline policies of {role_name} in {account}"):
                return self._list(account, role_name)
        except OrchestratorError as error:
            return as_reason(error)

    def _list(self, account: AccountId, role_name: str) -> frozenset[str]:
        pages = self._access.session_in(account).client("iam").get_paginator("list_role_policies").paginate(RoleName=role_name)
        return unless_absent(lambda: frozenset(name for page in pages for name in page["PolicyNames"])) or frozenset()
