"""What a plan may not do unless allowed: revoke too much, trust a shrunken organization, change what is foreign."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from orchestrator.model.counts import counted, some_of
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Purpose, Violation
from orchestrator.model.rollout import Rollout
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.delta import Difference

ALLOW_REVOKES = "--allow-revokes "
ALLOW_REPAIRS = "--allow-repairs"
REPLACE_ROLES = "--replace-roles"

FEW = 10
"""Up to this many observed grants a percentage says nothing."""


@dataclass(frozen=True, slots=True)
class Allowances:
    """What the operator said yes to. ``revokes`` names group sets, or ``all``."""

    revokes: frozenset[str] = frozenset()
    missing_accounts: bool = False
    break_lock: bool = False
    include_excluded: bool = False
    repairs: bool = False
    replace_roles: bool = False

    def flags(self) -> tuple[str, ...]:
        """As they were typed."""
        revokes = tuple(f"{ALLOW_REVOKES}{name}" for name in sorted(self.revokes))
        named = (
            ("--allow-missing-accounts", self.missing_accounts),
            ("--break-lock", self.break_lock),
            ("--include-excluded", self.include_excluded),
            (ALLOW_REPAIRS, self.repairs),
            (REPLACE_ROLES, self.replace_roles),
        )
        return (*revokes, *(flag for flag, is_set in named if is_set))

    @classmethod
    def of(cls, flags: Collection[str]) -> "Allowances":
        """The inverse of ``flags``; what no flag says is not allowed."""
        revokes = frozenset(flag.removeprefix(ALLOW_REVOKES) for flag in flags if flag.startswith(ALLOW_REVOKES))
        return cls(
            revokes,
            missing_accounts="--allow-missing-accounts" in flags,
            break_lock="--break-lock" in flags,
            include_excluded="--include-excluded" in flags,
            repairs=ALLOW_REPAIRS in flags,
            replace_roles=REPLACE_ROLES in flags,
        )


@dataclass(frozen=True, slots=True)
class Revocations:
    """Grants observed and revoked under one group set; ended temporary grants are not counted."""

    group_set: GroupSetName
    observed: int
    revoked: int


def check_revocations(counts: Iterable[Revocations], rollout: Rollout, allowed: Allowances, purpose: Purpose) -> Iterator[Violation]:
    """Per group set and in all. A destruction is meant to revoke everything; a clean-up and forgetting revoke nothing that counts."""
    if purpose in (Purpose.DESTROY, Purpose.CLEANUP, Purpose.FORGET) or "all" in allowed.revokes:
        return
    limit, where = rollout.safety.max_revoked_percent, first_rule(rollout)
    judged = [count for count in counts if count.group_set not in allowed.revokes]
    excessive = [count for count in judged if is_excessive(count.revoked, count.observed, limit)]
    for count in excessive:
        what = f'{count.revoked} of {count.observed} grants of "{count.group_set}"'
        share = share_of(count.revoked, count.observed, limit)
        yield Violation("revocations", f"plan revokes {what} {share}. Check the rules{where}, or pass --allow-revokes {count.group_set}.")
    revoked, observed = sum(count.revoked for count in judged), sum(count.observed for count in judged)
    if not excessive and is_excessive(revoked, observed, limit):
        share = share_of(revoked, observed, limit)
        yield Violation(
            "revocations",
            f"plan revokes {revoked} of {observed} grants in all {share}. Check the rules{where}, or pass --allow-revokes all.",
        )


def is_excessive(changed: int, observed: int, limit: int) -> bool:
    return observed > FEW and changed * 100 > limit * observed


def share_of(part: int, whole: int, limit: int) -> str:
    percent = part * 100 // whole
    return f"({percent} %, limit {limit} %)" if percent > limit else f"(more than the limit of {limit} %)"


def first_rule(rollout: Rollout) -> str:
    return f" from {rollout.rules[0].location}" if rollout.rules and rollout.rules[0].location else ""


def check_missing(
    missing: Collection[AccountId], holders: Collection[AccountId], organization: Organization, rollout: Rollout, *, is_allowed: bool
) -> Iterator[Violation]:
    """Accounts that hold grants but that discovery no longer shows."""
    if holders and not set(organization.accounts) - {organization.management_account} and set(holders) - {organization.management_account}:
        yield Violation(
            "empty_organization",
            f"discovery shows no member account, though some hold grants ({len(holders)}). Check credentials.",
        )
    limit = rollout.safety.max_accounts_missing_percent
    if missing and not is_allowed and len(missing) * 100 > limit * len(holders):
        some = some_of(sorted(missing), "account")
        share = share_of(len(missing), len(holders), limit)
        what = f"accounts that hold grants are gone from the organization, {len(missing)} of {len(holders)}"
        yield Violation(
            "missing_accounts",
            f"{what} {share}: {some}. Check discovery; forget those that left (`forget`); or pass --allow-missing-accounts.",
        )


def check_foreign(delta: Iterable[Difference]) -> Iterator[Violation]:
    """A StackSet or stack under one of our names that does not carry our tags is never touched."""
    for difference in delta:
        if difference.is_blocked:
            what = "stack" if difference.place.is_stack else "StackSet"
            remedy = "Rename or delete it, or choose another prefix."
            yield Violation("foreign_stack_set", f'{what} "{difference.place.name}" exists without our tags and is needed. {remedy}')


def check_hub(rollout: Rollout, organization: Organization, *, is_granting: bool) -> Iterator[Violation]:
    """Trust policies name the hub: it has to be an active account of this organization."""
    hub = organization.accounts.get(rollout.hub_account) if rollout.hub_account else None
    if is_granting and hub is not None and not hub.is_active:
        yield Violation("hub", f"the hub account {hub.id} is {hub.state}; nothing can be trusted to it.")


def check_role_names(changes: Iterable[PlaceChange]) -> Iterator[Violation]:
    """CloudFormation makes a role of another name and, while policies hang on the old one, leaves that behind without a word."""
    for change in changes:
        observed, wanted = change.difference.before, change.definition
        if change.group_set is not None or observed is None or wanted is None or not (observed.instances and change.is_installing):
            continue
        before, after = (f"{each.parameters.get('Path', '/')}{each.parameters['RoleName']}" for each in (observed.definition, wanted))
        if before != after:
            remedy = "Keep the name; or revoke what the role holds (withhold it, apply), and change the name after that."
            yield Violation(
                "role_name",
                f'role "{before}" of "{change.place.name}" would become "{after}": the old one would stay, with its trust, '
                f"in {counted(len(observed.instances), 'account')}. {remedy}",
            )


def check_definitions(changes: Iterable[PlaceChange]) -> Iterator[Violation]:
    """A definition cannot change while what stays in it may not be updated: without accounts UpdateStackSet updates every instance."""
    for change in changes:
        if change.difference.is_redefined and change.is_installing and change.left and not change.update:
            who, remedy = some_of(change.left, "account"), "Withhold it from them, or let a plain plan update the others first."
            yield Violation("excluded", f'"{change.place.name}" must change but this plan may update none of its holders: {who}. {remedy}')
