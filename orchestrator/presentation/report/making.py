"""Makes the report from a plan, from what surrounds it, or from both: nothing is decided here that those do not say."""

from collections.abc import Mapping
from datetime import datetime

from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Plan, Target
from orchestrator.planning.deployed_roles import deployed_roles
from orchestrator.planning.plan_comparison import compare_plans
from orchestrator.presentation.deployed_roles import property_rows
from orchestrator.presentation.plan.grouping import ChangeGroup, group_changes
from orchestrator.presentation.plan_difference import difference_sections, differing_words
from orchestrator.presentation.report.background import Background, known_accounts
from orchestrator.presentation.report.coverage import units_of
from orchestrator.presentation.report.grants import temporary_of
from orchestrator.presentation.report.heading import dangers_of, plan_heading, review_heading
from orchestrator.presentation.report.left_out import excluded_of, withheld_of
from orchestrator.presentation.report.matrix import make_matrix
from orchestrator.presentation.report.model import ChangeRow, Comparison, Report, Role
from orchestrator.presentation.report.permissions import accepted_of, permissions_of, policies_of, role_changes_of, ways_of
from orchestrator.presentation.report.places import places_of
from orchestrator.presentation.report.waves import waves_of
from orchestrator.presentation.words import sourced

FROM_A_FILE = (
    "This page is made from a plan file alone, which knows the accounts it changes. The whole organization, who may assume the roles, "
    "effective policies and ways to privilege stand on the page that `orchestrator report --html FILE` or `plan --format html` makes."
)
NO_PLAN = "This page is a review of the roles alone: no plan was made. `orchestrator report --html FILE` shows both."


def report_of_plan(plan: Plan, background: Background | None = None, earlier: Plan | None = None) -> Report:
    """Without a background, what the plan file says. Raises RefusedError for an ``earlier`` plan of another rollout."""
    known = known_accounts(plan, background)
    matrix, temporary = make_matrix(plan, background, known), temporary_of(plan, known)
    reviews = background.reviews if background else ()
    ways = ways_of(reviews)
    return Report(
        heading=plan_heading(plan),
        dangers=tuple(dangers_of(plan, ways if background else None, temporary)),
        notices=plan.notices,
        violations=plan.violations,
        units=units_of(matrix),
        matrix=matrix,
        changes=changes_of(plan, known),
        permissions=permissions_of(plan),
        role_changes=role_changes_of(plan),
        roles=roles_of(background),
        policies=policies_of(reviews, known),
        ways=ways,
        accepted=accepted_of(reviews),
        temporary=temporary,
        withheld=withheld_of(plan, known),
        excluded=excluded_of(plan, known),
        warnings=plan.warnings,
        waves=waves_of(plan),
        against=comparison(earlier, plan) if earlier else None,
        lacks="" if background else FROM_A_FILE,
    )


def report_of_review(background: Background, now: datetime) -> Report:
    """The roles and what they may do, without a plan."""
    known = known_accounts(None, background)
    matrix, ways = make_matrix(None, background, known), ways_of(background.reviews)
    return Report(
        heading=review_heading(background, now),
        dangers=tuple(dangers_of(None, ways, ())),
        units=units_of(matrix),
        matrix=matrix,
        roles=roles_of(background),
        policies=policies_of(background.reviews, known),
        ways=ways,
        accepted=accepted_of(background.reviews),
        lacks=NO_PLAN,
    )


def comparison(earlier: Plan, plan: Plan) -> Comparison:
    """For a reader who has signed the earlier one."""
    sections = difference_sections(earlier, plan, compare_plans(earlier, plan))
    return Comparison(
        digest=earlier.digest,
        made_at=earlier.header.created_at,
        made_by=earlier.header.provenance.made_by or "",
        words=differing_words(earlier, plan, sections),
        sections=sections,
    )


def changes_of(plan: Plan, known: Mapping[AccountId, Target]) -> tuple[ChangeRow, ...]:
    return tuple(change_row(group, plan, known) for group in group_changes(plan))


def change_row(group: ChangeGroup, plan: Plan, known: Mapping[AccountId, Target]) -> ChangeRow:
    because = sourced(group.because, plan.rules)
    return ChangeRow(group.change, group.subjects, len(group.accounts), because, places_of(group.accounts, known))


def roles_of(background: Background | None) -> tuple[Role, ...]:
    if background is None:
        return ()
    found = deployed_roles(background.rollout, background.organization.id)
    return tuple(Role(role.kind, role.name, tuple(property_rows(role))) for role in found)
