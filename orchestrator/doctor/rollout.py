"""What the rollout as a whole needs: its home region, and a plan without violations."""

from orchestrator.doctor.facts import Facts
from orchestrator.model.check import Verdict, fail, ok, warn
from orchestrator.model.counts import counted

ON_BY_DEFAULT, ON = "ENABLED_BY_DEFAULT", "ENABLED"
"""RegionOptStatus of the Account Management API."""

ANSWERED = frozenset({"all_features", "trusted_access", "hub", "size", "foreign_stack_set"})
"""Kinds of violations that have a check of their own."""


def check_home_region(facts: Facts) -> Verdict:
    region = facts.tools.rollout.home_region
    facts.caller()
    status = facts.surroundings.region_status()
    if status == ON_BY_DEFAULT:
        return ok(f"{region} is enabled in every account.")
    if status == ON:
        evidence = f"{region} is enabled here, but it is opt-in: StackSets fail in accounts where it is not enabled."
        return warn(evidence, f"`aws account enable-region --region-name {region} --account-id ID`, or another organization.home_region.")
    return fail(f"{region} is {status} in the caller's account.", f"`aws account enable-region --region-name {region}`.")


def check_plan(facts: Facts) -> Verdict:
    plan = facts.plan()
    others = [violation for violation in plan.violations if violation.kind not in ANSWERED]
    if others:
        return fail("; ".join(violation.message for violation in others), "`orchestrator plan` shows the whole plan.")
    accounts = {account for operation in plan.operations for account in operation.accounts}
    return ok(f"{counted(len(plan.operations), 'operation')} in {counted(len(accounts), 'account')} as things stand.")
