"""Whether the caller holds what each command needs: asked of IAM's simulator, with the resources and values the program would send."""

from collections.abc import Iterator, Mapping

from orchestrator.doctor.facts import Facts
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.evidence import Unknown
from orchestrator.model.rollout import Rollout
from orchestrator.rights import Command, Policy, policy_for, rights_of, statements

ALLOWED = "allowed"
TRIED = frozenset({Policy.READER, Policy.PLANNER})
"""What their commands call, a plan of now has called."""


def check_reading(facts: Facts) -> Verdict:
    return check_policy(facts, Policy.READER)


def check_planning(facts: Facts) -> Verdict:
    return check_policy(facts, Policy.PLANNER)


def check_cleaning(facts: Facts) -> Verdict:
    return check_policy(facts, Policy.CLEANER)


def check_operating(facts: Facts) -> Verdict:
    return check_policy(facts, Policy.OPERATOR)


def check_policy(facts: Facts, policy: Policy) -> Verdict:
    commands, found = ", ".join(command for command in Command if policy_for(command) is policy), facts.decisions()
    if isinstance(found, Unknown):
        return try_out(facts, policy, found.reason)
    if refused := dict(refusals(policy, facts.tools.rollout, found)):
        listed = ", ".join(f"{action} ({decision})" for action, decision in sorted(refused.items()))
        return fail(f"IAM's simulator refuses {listed}; needed by {commands}.", f"Attach {policy.path} to the caller.")
    return ok(f"IAM's simulator allows every action of {policy.path}, for {commands}.")


def try_out(facts: Facts, policy: Policy, reason: str) -> Verdict:
    """Where the simulator may not be asked, a plan of now shows what its calls are answered."""
    if policy not in TRIED:
        return warn(f"not known: {reason}", f"Compare the caller's policies with {policy.path}, or allow iam:SimulatePrincipalPolicy.")
    facts.plan()
    return ok(f"IAM's simulator cannot be asked, but every call that a plan of now needs was answered; see {policy.path}.")


def refusals(policy: Policy, rollout: Rollout, found: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    for statement in statements(rights_of(policy), rollout):
        for action in statement.actions:
            decision = found.get((statement.sid, action), "no answer")
            if decision != ALLOWED:
                yield action, decision
