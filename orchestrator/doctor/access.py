"""The access roles: whether the program gets into the accounts it has to look into."""

from orchestrator.doctor.facts import Facts
from orchestrator.doctor.names import shortened
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.evidence import Unknown


def check_access_roles(facts: Facts) -> Verdict:
    """Accounts with temporary grants matter most: without a look there no use is seen and no end is proven."""
    views = facts.views()
    closed = {account: view.reason for account, view in views.items() if isinstance(view, Unknown)}
    if not closed:
        return ok(f"the caller gets into every account that was tried ({len(views):,}).")
    names = ", ".join(facts.tools.rollout.access.role_names)
    remedy = f"Let one of the roles in access.role_names ({names}) trust {facts.caller().arn} there, or name one that does."
    evidence = f"no way into {len(closed):,} of {len(views):,} accounts: " + shortened(
        [f"{account}: {why}" for account, why in closed.items()]
    )
    needed = {grant.account for grant in facts.plan().temporary}
    return fail(evidence, remedy) if needed & closed.keys() else warn(evidence, remedy)
