"""The one place that builds things: settings and files become adapters, adapters become the tools of the runs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.deployer import StackSetDeployer
from orchestrator.adapters.aws.directory import OrganizationsDirectory
from orchestrator.adapters.aws.doctor.surroundings import AwsSurroundings
from orchestrator.adapters.aws.entrances import HubRoles
from orchestrator.adapters.aws.evidence import AccountEvidence
from orchestrator.adapters.aws.inspection import AccountInspector
from orchestrator.adapters.aws.live.bench import AwsWorkbench
from orchestrator.adapters.aws.probing import AccountProber, Marks
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.state.bucket.lock import BucketLock
from orchestrator.adapters.state.bucket.store import BucketStore
from orchestrator.adapters.state.folder.lock import FolderLock
from orchestrator.adapters.state.folder.store import FolderStore
from orchestrator.doctor import Facts
from orchestrator.doctor.live import Laboratory, ThingLog, refuse_accounts
from orchestrator.execution.events import Event
from orchestrator.model.activity import ignore
from orchestrator.model.catalog import Catalog
from orchestrator.model.fingerprint import fingerprint, salt_of
from orchestrator.model.identifiers import AccountId
from orchestrator.model.names import ownership_tags
from orchestrator.model.organization import Organization
from orchestrator.model.rollout import Rollout, bucket_in
from orchestrator.offline import CODEC, commit_at
from orchestrator.planning.definitions import hub_role_arns
from orchestrator.ports import Clock, Lock, Store
from orchestrator.runs import Reach, Tools
from orchestrator.runs.world import discover_own
from orchestrator.settings import Settings

Tell = Callable[[Event], None]


def open_tools(settings: Settings, tell: Tell = ignore) -> Tools:
    """Read the files and make ready to speak to AWS; nothing is sent yet. ``tell`` takes what long reading reports, from any thread.

    Raises ConfigurationError.
    """
    rollout, catalog = load(settings.config)
    return replace(equip(rollout, catalog, settings, tell=tell), configuration=commit_at(settings))


def open_doctor(settings: Settings, percent: float | None = None, tell: Tell = ignore) -> Facts:
    """The same, and what only the checks ask for; ``percent`` of the accounts is looked into, or all."""
    rollout, catalog = load(settings.config)
    session = AwsSession(region=rollout.home_region, profile=settings.profile, tell=tell)
    return Facts(equip(rollout, catalog, settings, session, tell), AwsSurroundings(session, rollout, tell), percent=percent)


def open_laboratory(settings: Settings, accounts: tuple[AccountId, AccountId]) -> Laboratory:
    """What the live list needs. Raises OrchestratorError for accounts it may not be tried on."""
    return laboratory_for(*load(settings.config), settings, accounts)


def laboratory_for(
    rollout: Rollout, catalog: Catalog, settings: Settings, accounts: tuple[AccountId, AccountId], clock: Clock | None = None
) -> Laboratory:
    """The same for a rollout that has been read."""
    session = AwsSession(region=rollout.home_region)
    tools = equip(rollout, catalog, settings, session)
    organization, clock = discover_own(tools), clock or tools.clock
    refuse_accounts(accounts, rollout, organization)
    bench = AwsWorkbench(
        session,
        rollout,
        organization,
        accounts,
        reach=lambda access: reach_into(organization, replace(rollout, access=access), session),
        clock=clock,
    )
    return Laboratory(bench, ThingLog(tools.store), tools.lock, clock, accounts, rollout.home_region)


def equip(rollout: Rollout, catalog: Catalog, settings: Settings, session: AwsSession | None = None, tell: Tell = ignore) -> Tools:
    """Tools for a rollout that has been read."""
    session = session or AwsSession(region=rollout.home_region, profile=settings.profile, tell=tell)
    store, lock = open_state(rollout, session)
    return Tools(
        rollout=rollout,
        catalog=catalog,
        directory=OrganizationsDirectory(session, tell=tell),
        reach=lambda organization: reach_into(organization, rollout, session, tell),
        store=store,
        lock=lock,
        clock=SystemClock(),
        codec=CODEC,
        caller=session.arn,
        is_rehearsal=session.is_local,
        poll_seconds=settings.poll_seconds,
        tell=tell,
    )


def reach_into(organization: Organization, rollout: Rollout, session: AwsSession, tell: Tell = ignore) -> Reach:
    """The adapters that need to know which organization it is."""
    access = AccountAccess(session, management_account=organization.management_account, access=rollout.access)
    salt = salt_of(organization.id, rollout.prefix)
    secrets = {fingerprint(role.external_id, salt): role.external_id for role in rollout.roles.values() if role.external_id}
    deployer = StackSetDeployer(
        session,
        prefix=rollout.prefix,
        home_region=rollout.home_region,
        call_as=rollout.call_as,
        management_account=organization.management_account,
        delegated=organization.delegated_administrators or (),
        root=organization.root,
        pace=rollout.pace,
        access=access,
        secrets=secrets,
        salt=salt,
        tell=tell,
    )
    evidence = AccountEvidence(access, SystemClock(), rollout.home_region)
    prober = AccountProber(access, HubRoles(access, hub_role_arns(rollout), secrets), marks_of(rollout), salt)
    return Reach(deployer, evidence, AccountInspector(access), prober, has_management=access.management() is not None)


def marks_of(rollout: Rollout) -> Marks:
    """By what roles of the rollout are known that it did not ask about."""
    return Marks(ownership_tags(rollout.prefix), frozenset(role.name for role in rollout.roles.values()), rollout.hub_account or "")


def open_state(rollout: Rollout, session: AwsSession) -> tuple[Store, Lock]:
    """The folder or bucket that keeps plans, journals, the ledger and the lock."""
    if place := bucket_in(rollout.state):
        client = session.client("s3")
        return BucketStore(client, *place), BucketLock(client, *place)
    folder = Path(rollout.state)
    return FolderStore(folder), FolderLock(folder)
