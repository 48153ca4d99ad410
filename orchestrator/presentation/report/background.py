"""What a plan does not hold and a page shows beside it: the whole organization, the roles, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Plan, Target
from orchestrator.model.rollout import Rollout
from orchestrator.planning.review import RoleReview


@dataclass(frozen=True, slots=True)
class Background:
    """``reviews`` are of the grants that the rules lead to."""

    rollout: Rollout
    catalog: Catalog
    organization: Organization
    reviews: tuple[RoleReview, ...]


def known_accounts(plan: Plan | None, background: Background | None) -> Mapping[AccountId, Target]:
    """Name, unit and state of every account that either knows, as the plan saw it where both do."""
    found = background.organization.accounts.values() if background else ()
    known = {account.id: Target(account.id, account.name, account.ou, account.state) for account in found}
    return known | {target.account: target for target in (plan.targets if plan else ())}
