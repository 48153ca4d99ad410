"""Does everything fit on the roles it goes to? Counted with the values that are deployed, per combination of group sets."""

from collections.abc import Iterator

from orchestrator.model.catalog import Catalog
from orchestrator.model.fingerprint import EXTERNAL_ID_PARAMETER
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.plan import Violation
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Definition
from orchestrator.planning.grants import Wanted, WantedSets
from orchestrator.templates.limits import TRUST_LIMIT, explain_excess, group_set_size, trust_size

Load = dict[AccountId, frozenset[GroupSetName]]


def check_sizes(wanted: WantedSets, catalog: Catalog, rollout: Rollout) -> Iterator[Violation]:
    """One violation per role and combination of group sets beyond 10,240 characters, and per trust policy beyond 2,048."""
    measured = {
        part.group_set: group_set_size(catalog, part.group_set, part.definition.parameters) for part in wanted.values() if part.group_set
    }
    for role in RoleKind:
        for combination in sorted({tuple(sorted(names)) for names in load_of(role, wanted).values()}):
            if excess := explain_excess(role, {name: measured[name] for name in combination}):
                yield Violation("size", excess)
    roles = {part.role: part for part in wanted.values() if part.group_set is None}
    for part in roles.values():
        yield from check_trust(part, rollout.roles[part.role])


def check_trust(part: Wanted, role: Role) -> Iterator[Violation]:
    """A role set whose trust policy is too long."""
    size = measure_trust(part.definition, role)
    if size > TRUST_LIMIT:
        message = f"the trust policy of the {role.kind} role would have {size:,} characters, the limit is {TRUST_LIMIT:,}"
        yield Violation("size", f"{message}; shorten the paths and names of the hub roles it trusts, or its external id.")


def measure_trust(definition: Definition, role: Role) -> int:
    """Characters of its trust policy, with an external id of the real length: the definition holds only its fingerprint."""
    external_id = "x" * len(role.external_id or "")
    return trust_size(role.kind, {**definition.parameters, EXTERNAL_ID_PARAMETER: external_id})


def load_of(role: RoleKind, wanted: WantedSets) -> Load:
    """Which group sets of the role each account would hold."""
    load: Load = {}
    for part in wanted.values():
        if part.group_set is not None and part.role is role:
            for account in part.accounts:
                load[account] = load.get(account, frozenset()) | {part.group_set}
    return load
