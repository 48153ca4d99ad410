"""An account as the access roles show it: names that are taken, and how far IAM's quotas are used."""

from typing import TYPE_CHECKING

from orchestrator.adapters.aws.absence import unless_absent
from orchestrator.adapters.aws.access import AccountSession
from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.values import is_foreign, read_tags
from orchestrator.doctor.surroundings import AccountView, FoundRole, Names
from orchestrator.errors import OrchestratorError
from orchestrator.model.evidence import Unknown

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient


def view_account(session: AccountSession, names: Names, prefix: str) -> AccountView | Unknown:
    """Unknown when the account or its IAM cannot be read."""
    try:
        with speaking(f"look into account {session.account}"):
            client = session.client("iam")
            roles = {name: role for name in names.roles if (role := find_role(client, name, prefix))}
            profiles = frozenset(name for name in names.instance_profiles if has_profile(client, name))
            return AccountView(roles, profiles, {str(key): value for key, value in client.get_account_summary()["SummaryMap"].items()})
    except OrchestratorError as error:
        return Unknown(error.message)


def find_role(client: "IAMClient", name: str, prefix: str) -> FoundRole | None:
    found = unless_absent(lambda: client.get_role(RoleName=name)["Role"])
    return None if found is None else FoundRole(found["Arn"], is_ours=not is_foreign(read_tags(found.get("Tags", [])), prefix))


def has_profile(client: "IAMClient", name: str) -> bool:
    return unless_absent(lambda: client.get_instance_profile(InstanceProfileName=name)) is not None
