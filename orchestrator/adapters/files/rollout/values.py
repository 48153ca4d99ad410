"""Turns the entries of rollout.yaml into values of the model."""

from collections.abc import Mapping
from pathlib import Path

from orchestrator.adapters.files.reading.durations import parse_duration
from orchestrator.adapters.files.reading.yaml_document import Document
from orchestrator.adapters.files.rollout.evidence import evidence_of
from orchestrator.adapters.files.rollout.schema import (
    AccessEntry,
    AnyRoleEntry,
    HubRoleEntry,
    PaceEntry,
    RolesEntry,
    RolloutFile,
    RuleEntry,
    SafetyEntry,
    TermsEntry,
)
from orchestrator.adapters.files.rollout.selectors import selector_of
from orchestrator.model.identifiers import AccountId, GroupSetName, OrganizationId, Region
from orchestrator.model.powerful_actions import POWERFUL
from orchestrator.model.roles import ExistingRole, Handling, Role, RoleKind
from orchestrator.model.rollout import (
    Access,
    AllPermanent,
    CallAs,
    GroupSets,
    Pace,
    Rollout,
    Rule,
    Safety,
    TemporaryTerms,
    Wave,
    bucket_in,
)

PLACES = (
    ("organization", "scope"),
    ("roles",),
    ("roles", "discovery"),
    ("roles", "platform", "account"),
    ("roles", "acquisition", "account"),
    ("rollout", "waves"),
    ("access", "management_role_arn"),
    ("parameters", "platform_bucket"),
)


def rollout_of(file: RolloutFile, document: Document, external_ids: Mapping[RoleKind, str]) -> Rollout:
    """The rollout of a valid file; rules know their place in it. ``external_ids`` are read wherever they are kept."""
    organization = file.organization
    return Rollout(
        roles=roles_of(file.roles, external_ids, document),
        rules=tuple(rule_of(rule, document.where(("rules", index))) for index, rule in enumerate(file.rules)),
        profile=file.profile,
        prefix=file.prefix,
        organization_id=OrganizationId(organization.id) if organization.id else None,
        home_region=Region(organization.home_region),
        call_as=CallAs(organization.call_as),
        scope=tuple(organization.scope),
        parameters=file.parameters,
        access=access_of(file.access),
        temporary={GroupSetName(name): terms_of(terms) for name, terms in file.temporary.items()},
        safety=safety_of(file.safety),
        pace=pace_of(file.rollout),
        state=state_of(file.state, document.path.parent),
        places={".".join(keys): document.where(keys) for keys in PLACES},
    )


def state_of(text: str, folder: Path) -> str:
    """A folder beside rollout.yaml wherever the program is started: elsewhere it would find no memory of past windows."""
    return text if bucket_in(text) else str(folder / text)


def access_of(entry: AccessEntry) -> Access:
    names = [entry.role_name] if entry.role_name else entry.role_names
    return Access(tuple(names) if names else Access().role_names, entry.management_role_arn)


def roles_of(entries: RolesEntry, external_ids: Mapping[RoleKind, str], document: Document) -> dict[RoleKind, Role]:
    written: dict[RoleKind, AnyRoleEntry | None] = {
        RoleKind.PLATFORM: entries.platform,
        RoleKind.ACQUISITION: entries.acquisition,
        RoleKind.SPOKE: entries.spoke,
        RoleKind.DISCOVERY: entries.discovery,
    }
    return {kind: role_of(kind, entry, external_ids.get(kind), document) for kind, entry in written.items() if entry is not None}


def role_of(kind: RoleKind, entry: AnyRoleEntry, external_id: str | None, document: Document) -> Role:
    return Role(
        kind=kind,
        name=entry.name,
        account=AccountId(entry.account) if isinstance(entry, HubRoleEntry) else None,
        trusted=() if isinstance(entry, HubRoleEntry) else tuple(map(RoleKind, entry.trusted)),
        external_id=external_id,
        managed=entry.managed,
        path=entry.path,
        permissions_boundary=entry.permissions_boundary,
        max_session=entry.max_session,
        tags=entry.tags,
        existing=tuple(
            ExistingRole(selector_of(item.where), Handling(item.handling), item.because, document.where(("roles", kind, "existing", index)))
            for index, item in enumerate(entry.existing)
        ),
    )


def rule_of(entry: RuleEntry, location: str) -> Rule:
    return Rule(
        name=entry.rule,
        where=selector_of(entry.where),
        grant=group_sets_of(entry.grant),
        withhold=group_sets_of(entry.withhold),
        exclude=entry.exclude,
        because=entry.because,
        location=location,
    )


def group_sets_of(names: str | list[str] | None) -> GroupSets:
    match names:
        case None:
            return ()
        case str():
            return AllPermanent()
        case _:
            return tuple(map(GroupSetName, names))


def terms_of(entry: TermsEntry) -> TemporaryTerms:
    return TemporaryTerms(evidence_of(entry.remove_when), parse_duration(entry.expires_after), parse_duration(entry.minimum_age))


def safety_of(entry: SafetyEntry) -> Safety:
    return Safety(
        max_revoked_percent=entry.max_revoked_percent,
        max_accounts_missing_percent=entry.max_accounts_missing_percent,
        max_repaired_percent=entry.max_repaired_percent,
        protected_accounts=tuple(map(AccountId, entry.protected_accounts)),
        sensitive_actions=tuple(POWERFUL if entry.sensitive_actions is None else entry.sensitive_actions),
    )


def pace_of(entry: PaceEntry) -> Pace:
    return Pace(
        waves=tuple(Wave(wave.name, selector_of(wave.where) if wave.where else None, wave.percent) for wave in entry.waves),
        max_concurrent_percent=entry.max_concurrent_percent,
        failure_tolerance_percent=entry.failure_tolerance_percent,
    )
