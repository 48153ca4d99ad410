"""All checks, side by side: each has its say, whatever becomes of the others."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from orchestrator.doctor.access import check_access_roles
from orchestrator.doctor.accounts import check_hub, check_named_accounts
from orchestrator.doctor.control_policies import check_control_policies
from orchestrator.doctor.facts import Facts, UnreadError
from orchestrator.doctor.identity import check_clock, check_credentials
from orchestrator.doctor.names import check_names, check_stack_names
from orchestrator.doctor.organization import check_administrator, check_all_features, check_organization, check_trusted_access
from orchestrator.doctor.permissions import check_cleaning, check_operating, check_planning, check_reading
from orchestrator.doctor.quotas import check_instances, check_operations, check_role_quotas, check_sizes, check_stack_sets
from orchestrator.doctor.rollout import check_home_region, check_plan
from orchestrator.doctor.state import check_state
from orchestrator.errors import OrchestratorError
from orchestrator.model.activity import Activity, ActivityEnded, ActivityProgressed
from orchestrator.model.check import Check, Verdict, fail, warn

Look = Callable[[Facts], Verdict]

CHECKS: Mapping[str, Look] = {
    "credentials": check_credentials,
    "clock": check_clock,
    "organization": check_organization,
    "all_features": check_all_features,
    "trusted_access": check_trusted_access,
    "delegated_administrator": check_administrator,
    "hub": check_hub,
    "named_accounts": check_named_accounts,
    "home_region": check_home_region,
    "state": check_state,
    "plan": check_plan,
    "permissions_reading": check_reading,
    "permissions_planning": check_planning,
    "permissions_cleaning_up": check_cleaning,
    "permissions_applying": check_operating,
    "quota_stack_sets": check_stack_sets,
    "quota_stack_instances": check_instances,
    "quota_operations": check_operations,
    "quota_roles": check_role_quotas,
    "sizes": check_sizes,
    "names_in_accounts": check_names,
    "names_of_stack_sets": check_stack_names,
    "access_roles": check_access_roles,
    "service_control_policies": check_control_policies,
}
"""By name, in the order they are shown."""

THREADS = 8


def diagnose(facts: Facts, checks: Mapping[str, Look] = CHECKS) -> tuple[Check, ...]:
    """Every check with its verdict, in the order of the table. An interruption waits for no answer."""
    pool, finished = ThreadPoolExecutor(THREADS), count(1)

    def check(name: str) -> Check:
        found = Check(name, judge(name, checks[name], facts))
        facts.tools.tell(ActivityProgressed(Activity.CHECKS, next(finished), len(checks)))
        return found

    try:
        return tuple(pool.map(check, checks))
    finally:
        facts.tools.tell(ActivityEnded(Activity.CHECKS))
        pool.shutdown(wait=False, cancel_futures=True)


def unexamined(error: OrchestratorError) -> tuple[Check, ...]:
    """Every check where the credentials are such that not even a client can be made."""
    passed = warn(f"not looked at: {error.message}")
    return tuple(
        Check(name, fail(error.message, error.remedy or "") if look is check_credentials else passed) for name, look in CHECKS.items()
    )


def judge(name: str, look: Look, facts: Facts) -> Verdict:
    """A check fails by an error of its own fact; one it meets on the way there leaves it without a look."""
    try:
        return look(facts)
    except UnreadError as error:
        if error.check == name:
            return fail(error.message, error.remedy or "")
        return warn(f"not looked at: {error.message}")
    except OrchestratorError as error:
        return warn(f"not looked at: {error.message}", error.remedy or "")
    except Exception as error:  # noqa: BLE001 - such as an answer that lacks a field: it hides no other check
        return warn(f"not looked at: {type(error).__name__}: {error}")
