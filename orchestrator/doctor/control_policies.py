"""Control policies above the accounts of a plan of now: what they block of StackSets' work, of our roles, and of the way in."""

from orchestrator.doctor.facts import Facts
from orchestrator.doctor.names import shortened
from orchestrator.model.blockage import Concern
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.counts import counted
from orchestrator.model.evidence import Unknown
from orchestrator.planning.blocking import EXEMPT, control_warnings, find_blockages, shares_of, whole_life
from orchestrator.planning.make_plan import wanted_by
from orchestrator.runs.planning import ROLL_OUT, basis_for

TRY = "Read these policies; the first wave shows in a few accounts what AWS makes of them: `orchestrator apply --until WAVE`."


def check_control_policies(facts: Facts) -> Verdict:
    basis = basis_for(facts.tools, ROLL_OUT, facts.world())
    organization, wanted = facts.controlled(), wanted_by(basis)
    found = find_blockages(organization, shares_of(basis.rollout, basis.catalog, wanted, whole_life(wanted)))
    if isinstance(found, Unknown):
        return warn(f"not looked at: {found.reason}")
    said = shortened(tuple(control_warnings(found or ())))
    if any(row.is_certain and row.concern is Concern.ROLLOUT for row in found or ()):
        return fail(said, EXEMPT)
    if found:
        return warn(said, TRY)
    accounts = {account for part in wanted.values() for account in part.accounts}
    policies = organization.policies if isinstance(organization.policies, tuple) else ()
    read = f"{len(policies):,} service and resource control {'policy' if len(policies) == 1 else 'policies'} read"
    return ok(f"{read}: nothing that is done in {counted(len(accounts), 'account')} is blocked, as far as they say.")
