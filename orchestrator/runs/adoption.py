"""The audit before roles of others are adopted: which accounts have one, what made it, and how it compares. Read-only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from orchestrator.model.activity import Activity, followed
from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import InsideRole, Question, Sight
from orchestrator.model.names import role_stack_set
from orchestrator.model.roles import RoleKind
from orchestrator.model.vendor_role import VendorRole
from orchestrator.planning.grants import made_by
from orchestrator.probing.existing import AssessedRole
from orchestrator.runs.foresight import assessment_of
from orchestrator.runs.probing import ProbeRequest, chosen_accounts
from orchestrator.runs.tools import Tools
from orchestrator.runs.world import World


@dataclass(frozen=True, slots=True)
class Audit:
    """Roles that others made, in ``looked`` accounts; ``unread`` are those beside them that could not be looked into, with the reason."""

    roles: tuple[AssessedRole, ...] = ()
    looked: int = 0
    unread: Mapping[AccountId, str] = field(default_factory=dict)


def audit(tools: Tools, world: World, vendor: tuple[VendorRole, ...], accounts: tuple[AccountId, ...] = ()) -> Audit:
    """All accounts that may be changed, or these. Raises OrchestratorError for one that is not in the organization or is excluded."""
    probable = tuple(account for account in sorted(world.organization.accounts) if account not in world.excluded)
    chosen = chosen_accounts(tools, world, ProbeRequest(accounts=accounts), probable)
    auditor = Auditor(tools, world, vendor)
    found: list[AssessedRole] = []
    unread: dict[AccountId, str] = {}
    sights = world.reach.prober.look(map(auditor.question, chosen))
    for sight in followed(Activity.PROBE, sights, len(chosen), tools.tell):
        if sight.error:
            unread[sight.account] = sight.error
        else:
            found += auditor.roles_in(sight)
    return Audit(tuple(found), len(chosen) - len(unread), unread)


class Auditor:
    """Asks each account about the roles that live there: by their names in rollout.yaml, and by the vendor's."""

    def __init__(self, tools: Tools, world: World, vendor: tuple[VendorRole, ...]) -> None:
        self._rollout = tools.rollout
        self._world = world
        self._vendor = vendor
        self._assessment = assessment_of(tools, world)
        self._made = {kind: made_by(role_stack_set(tools.rollout.prefix, kind), world.observed) for kind in tools.rollout.roles}

    def question(self, account: AccountId) -> Question:
        kinds = self._kinds_in(account)
        names = tuple(self._rollout.roles[kind].name for kind in kinds)
        globs = tuple(glob for vendor in self._vendor if vendor.role in kinds for glob in vendor.names)
        return Question(account, names, with_search=False, names=globs, with_origin=True)

    def roles_in(self, sight: Sight) -> Iterator[AssessedRole]:
        """Those that this rollout made are left out."""
        for role in sight.roles.values():
            kind = self._kind_of(role, sight.account)
            if kind is not None and not (role.name == self._rollout.roles[kind].name and sight.account in self._made[kind]):
                yield self._assessment.assess(sight.account, kind, role)

    def _kinds_in(self, account: AccountId) -> tuple[RoleKind, ...]:
        """The roles that can live in the account, narrow names before wide ones."""
        is_hub, is_management = account == self._rollout.hub_account, account == self._world.organization.management_account
        lives = {kind: is_hub if kind.is_hub else is_management or kind is RoleKind.SPOKE for kind in RoleKind}
        return tuple(kind for kind in self._rollout.roles if lives[kind] and not (is_hub and kind is RoleKind.SPOKE))

    def _kind_of(self, role: InsideRole, account: AccountId) -> RoleKind | None:
        """By its name in rollout.yaml, else by the first of the vendor's names."""
        kinds = self._kinds_in(account)
        named = (kind for kind in kinds if self._rollout.roles[kind].name == role.name)
        alike = (vendor.role for vendor in self._vendor if vendor.role in kinds for glob in vendor.names if fnmatchcase(role.name, glob))
        return next(named, None) or next(alike, None)
