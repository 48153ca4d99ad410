"""Service control policies: they bind the role StackSets works with in a member account, for that is no service-linked role.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html. Other callers are not bound by them here.
"""

from collections.abc import Iterator

from orchestrator.sandbox.authority import context_of
from orchestrator.sandbox.evaluation import Decision, Request, decide, statements
from orchestrator.sandbox.iam_store import IamFailure
from orchestrator.sandbox.organization import Organization
from orchestrator.sandbox.principals import Caller
from orchestrator.sandbox.resources import Ask
from orchestrator.sandbox.world import World

_FULL_ACCESS_ID = "p-FullAWSAccess"
_FULL_ACCESS = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
_REASONS = {
    "explicitDeny": "with an explicit deny in a service control policy",
    "implicitDeny": "because no service control policy allows the {action} action",
}


def by_stack_sets(world: World, account: str, role: str) -> Ask:
    """What StackSets asks before it acts in an account: its role there may do everything that no service control policy forbids."""
    principal, session = f"arn:aws:iam::{account}:role/{role}", f"arn:aws:sts::{account}:assumed-role/{role}/stacksets"
    caller = Caller(account, session, principal, f"AROASTACKSETS:{role}", "", role, "stacksets")

    def ask(action: str, arn: str) -> None:
        decision = decision_in(world, account, Request(action, arn, context_of(world, caller)))
        if decision != "allowed":
            reason = _REASONS[decision].format(action=action)
            raise IamFailure(f"User: {session} is not authorized to perform: {action} on resource: {arn} {reason}")

    return ask


def decision_in(world: World, account: str, request: Request) -> Decision:
    """What the policies on the account and on everything above it say together: each level has to allow it, and none may deny it."""
    organization = world.organization
    if organization is None or account == organization.management_account or account not in organization.accounts:
        return "allowed"
    decisions = {decide(documents, request) for documents in _levels(organization, account)}
    return next((decision for decision in ("explicitDeny", "implicitDeny") if decision in decisions), "allowed")


def _levels(organization: Organization, account: str) -> Iterator[list[str]]:
    """The documents of each level that has any. Unless FullAWSAccess is listed, it is attached too where none of them allows anything."""
    known = [policy for policy in organization.policies.values() if policy.type == "SERVICE_CONTROL_POLICY"]
    is_complete = _FULL_ACCESS_ID in organization.policies
    for target in (account, *organization.ancestors(organization.accounts[account].parent)) if known else ():
        documents = [policy.document for policy in known if target in policy.targets]
        allows = any(statement["Effect"] == "Allow" for document in documents for statement in statements(document))
        if documents:
            yield documents if allows or is_complete else [*documents, _FULL_ACCESS]
