"""The parts of a plan that say what it is for, how much it changes, and which accounts it changes and never changes."""

from collections import Counter
from collections.abc import Iterable

from orchestrator.model.assignment import Selection
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Change, ChangeKind, ExcludedAccount, Header, Summary, Target, WithheldSet
from orchestrator.model.state import State
from orchestrator.planning.basis import Basis
from orchestrator.planning.exclusion import Exclusions
from orchestrator.planning.forgetting import is_lost
from orchestrator.planning.holdings import grants_held
from orchestrator.planning.repairs import Repairs
from orchestrator.selection.likeness import selectors_of
from orchestrator.selection.matching import tags_in


def header(basis: Basis) -> Header:
    """Where and how the plan applies."""
    rollout, organization = basis.rollout, basis.organization
    return Header(
        created_at=basis.now.replace(microsecond=0),
        purpose=basis.purpose,
        organization=organization.id,
        management_account=organization.management_account,
        accounts=len(organization.accounts),
        home_region=rollout.home_region,
        prefix=rollout.prefix,
        profile=rollout.profile,
        call_as=rollout.call_as,
        pace=rollout.pace,
        overrides=basis.allowed.flags(),
        because=basis.because,
        provenance=basis.provenance,
        hub=rollout.hub_account,
        sensitive_actions=rollout.safety.sensitive_actions,
    )


def summary(basis: Basis, rows: Iterable[Change], repairs: Repairs, operations: int) -> Summary:
    """Grants are counted as group sets, what excluded accounts hold among the unchanged ones; role sets are not grants.

    Repaired is what was altered in an account, as the limit counts it; an instance that AWS failed to update is no repair of this kind.
    """
    kinds: Counter[ChangeKind] = Counter()
    for row in rows:
        if row.group_set is not None:
            kinds[row.change] += len(row.accounts)
    known, excluded = set(basis.organization.accounts), set(basis.excluded)
    held = grants_held(basis.observed, basis.rollout.prefix)
    return Summary(
        accounts_in_scope=len(known - excluded),
        accounts_excluded=len(known & excluded),
        grants_added=kinds[ChangeKind.GRANT],
        grants_revoked=kinds[ChangeKind.REVOKE],
        grants_unchanged=held.total() - kinds.total() + kinds[ChangeKind.GRANT],
        operations=operations,
        accounts_withheld=len({account for row in withheld_sets(basis.selection) for account in row.accounts}),
        evidence_unknown=len(basis.judgement.unseen()),
        grants_forgotten=kinds[ChangeKind.FORGET],
        grants_excluded=sum(held[account] for account in excluded - {basis.forgotten}),
        grants_repaired=repairs.grants,
        roles_repaired=repairs.roles,
    )


def targets(accounts: Iterable[AccountId], basis: Basis) -> tuple[Target, ...]:
    """The accounts of the organization as they are, with the tags that some rule or line about existing roles looks at."""
    keys = sorted({key for where in selectors_of(basis.rollout) for key in tags_in(where)})
    found = (basis.organization.accounts[account] for account in accounts if account in basis.organization.accounts)
    return tuple(Target(known.id, known.name, known.ou, known.state, {key: known.tags.get(key) for key in keys}) for known in found)


def withheld_sets(selection: Selection) -> tuple[WithheldSet, ...]:
    """What rules mention and accounts that may be changed do not get, and the accounts that no rule grants anything."""
    alike: dict[tuple[str, str], list[AccountId]] = {}
    for _, share in sorted(selection.assignments.items()):
        if share.excluded is None:
            nothing = () if share.grants or share.withheld else (("", "no rule grants it anything"),)
            for row in (*((held.group_set, held.because) for held in share.withheld), *nothing):
                alike.setdefault(row, []).append(share.account)
    return tuple(WithheldSet(GroupSetName(name) or None, tuple(accounts), because) for (name, because), accounts in sorted(alike.items()))


def excluded_accounts(excluded: Exclusions, observed: State, organization: Organization, prefix: str) -> tuple[ExcludedAccount, ...]:
    """With the number of grants each holds, which stay."""
    held = grants_held(observed, prefix)
    return tuple(ExcludedAccount(account, because, held[account], is_lost(account, organization)) for account, because in excluded.items())
