"""The organization: the right one, with all its features, trusted access, and the caller entitled to work on its StackSets."""

from orchestrator.doctor.facts import Facts
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.counts import counted
from orchestrator.model.evidence import Unknown
from orchestrator.model.rollout import CallAs
from orchestrator.planning.preconditions import ACTIVATE, ENABLE_ALL, is_off, lacks_access, lacks_features

LISTING = "organizations:ListDelegatedAdministrators"


def check_organization(facts: Facts) -> Verdict:
    """Raises UnreadError for another organization than rollout.yaml names, too."""
    found = facts.organization()
    evidence = f"{found.id}, management account {found.management_account}, {counted(len(found.accounts), 'account')}"
    if facts.tools.rollout.organization_id is None:
        return warn(f"{evidence}; rollout.yaml names none.", f"Set `organization.id: {found.id}`: other credentials are refused then.")
    return ok(f"{evidence}; rollout.yaml names it.")


def check_all_features(facts: Facts) -> Verdict:
    organization = facts.organization()
    if not organization.has_all_features:
        return fail(lacks_features(organization), ENABLE_ALL)
    return ok("all features are enabled.")


def check_trusted_access(facts: Facts) -> Verdict:
    access = facts.tools.reach(facts.organization()).deployer.trusted_access()
    if isinstance(access, Unknown):
        return warn(f"not known: {access.reason}", "Allow cloudformation:DescribeOrganizationsAccess for this caller.")
    if is_off(access):
        return fail(lacks_access(access), ACTIVATE)
    return ok("trusted access for StackSets is ENABLED.")


def check_administrator(facts: Facts) -> Verdict:
    """Where AWS calls a registered account no delegated administrator, the caller may not list them."""
    # https://github.com/hashicorp/terraform-provider-aws/issues/37069
    organization, caller, rollout = facts.organization(), facts.caller(), facts.tools.rollout
    facts.administrator()
    if rollout.call_as is CallAs.SELF:
        return ok(f"not needed: the caller is in the management account {organization.management_account}.")
    if caller.account not in (organization.delegated_administrators or ()):
        return warn(f"{caller.account} works on StackSets, but its registration cannot be seen.", f"Allow {LISTING} for this caller.")
    return ok(f"{caller.account} is registered for StackSets.")
